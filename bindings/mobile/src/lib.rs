//! The mobile skin (UniFFI): Kotlin, Swift and React Native.
