//! The program `kadai`: hands its arguments and streams to the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    kadai::cli::main()
}
