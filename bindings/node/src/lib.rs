//! The Node skin: converts in, leaves the event loop, calls the core, converts out.
