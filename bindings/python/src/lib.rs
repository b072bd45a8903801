//! The Python skin: converts in, releases the GIL, calls the core, converts out.
