//! The UniFFI generator: a program of its own, so that making bindings does not build the library again.

fn main() {
    uniffi::uniffi_bindgen_main();
}
