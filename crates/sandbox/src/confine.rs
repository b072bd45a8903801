//! The second wall on Unix: what a worker process gives up before it compiles a stranger's code.

use crate::{Error, Result};
use countermark_compute_to_data::Limits;
use rustix::process::{Resource, Rlimit, setrlimit};

/// Address space beside the guest's memory and the input: the program, its heap and the compiler.
const OWN_BYTES: u64 = 4 << 30;

/// Asks the kernel to end this process when its parent ends.
pub(crate) fn die_with_parent() {
    #[cfg(target_os = "linux")]
    {
        // Failing only means that an orphan lives until its CPU limit.
        let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    }
}

/// No new files, no file growth, no core dump, no new process; CPU time and address space bounded.
pub(crate) fn confine(limits: &Limits, input_bytes: u64) -> Result<()> {
    let memory = limits.memory_bytes.saturating_add(input_bytes.saturating_mul(4)).saturating_add(OWN_BYTES);
    let seconds = limits.wall_ms.div_ceil(1000).saturating_add(1);
    for (resource, most) in [
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, 0),
        (Resource::Cpu, seconds),
        #[cfg(target_os = "linux")]
        (Resource::Nproc, 0),
        #[cfg(target_os = "linux")]
        (Resource::As, memory),
    ] {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
            .map_err(|e| Error::EngineFailed { reason: format!("can't limit {resource:?}: {e}") })?;
    }
    let _ = memory;
    Ok(())
}
