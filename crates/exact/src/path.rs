use crate::{Error, Result};

/// How the operators are executed; never which bits they give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Path {
    /// x86-64 with AVX-512F: 16 elements at a time.
    Avx512,
    /// x86-64 with AVX2 and FMA: 8 elements at a time.
    Avx2Fma,
    /// AArch64 with NEON: 4 elements at a time.
    Neon,
    /// Any target: fused multiply-add in software.
    Software,
}

impl Path {
    /// All paths, fastest first.
    pub const ALL: [Self; 4] = [Self::Avx512, Self::Avx2Fma, Self::Neon, Self::Software];

    /// The fastest path of this CPU and build.
    pub fn detect() -> Self {
        Self::ALL.into_iter().find(|p| p.is_available()).unwrap_or(Self::Software)
    }

    /// Whether this CPU and this build have the path.
    pub fn is_available(self) -> bool {
        match self {
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            Self::Avx512 => {
                std::arch::is_x86_feature_detected!("avx512f")
                    && std::arch::is_x86_feature_detected!("avx2")
                    && std::arch::is_x86_feature_detected!("fma")
            }
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            Self::Avx2Fma => {
                std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma")
            }
            #[cfg(all(feature = "std", target_arch = "aarch64"))]
            Self::Neon => std::arch::is_aarch64_feature_detected!("neon"),
            Self::Software => true,
            #[allow(unreachable_patterns, reason = "which arms exist depends on the target")]
            _ => false,
        }
    }

    /// `avx512`, `avx2-fma`, `neon` or `software`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Avx512 => "avx512",
            Self::Avx2Fma => "avx2-fma",
            Self::Neon => "neon",
            Self::Software => "software-fma",
        }
    }
}

/// A path that exists here and a number of threads.
///
/// ```
/// use countermark_exact::Exec;
/// assert_eq!(Exec::detect(2).threads(), 2);
/// assert!(Exec::try_new(countermark_exact::Path::Software, 0).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exec {
    path: Path,
    threads: usize,
}

impl Exec {
    /// The fastest path, and 1 to 1024 threads; numbers outside are moved to the nearer end.
    pub fn detect(threads: usize) -> Self {
        Self { path: Path::detect(), threads: threads.clamp(1, 1024) }
    }

    /// A chosen path.
    ///
    /// # Errors
    /// `exact_path_unavailable`, `exact_threads_out_of_range`.
    pub fn try_new(path: Path, threads: usize) -> Result<Self> {
        if !path.is_available() {
            return Err(Error::PathUnavailable { path });
        }
        if !(1..=1024).contains(&threads) {
            return Err(Error::ThreadsOutOfRange { got: threads });
        }
        Ok(Self { path, threads })
    }

    /// The path.
    pub fn path(self) -> Path {
        self.path
    }

    /// The most threads an operator uses. Without feature `std` it always uses one.
    pub fn threads(self) -> usize {
        self.threads
    }
}
