//! The worker process of `ProcessSandbox`: one run job in, one run outcome out.

use std::process::ExitCode;

fn main() -> ExitCode {
    match countermark_sandbox::worker_main(std::io::stdin().lock(), std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
