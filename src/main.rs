//! Parses the arguments, starts logging, runs one command.

use clap::Parser;
use incident_map::cli::{Cli, exit_code_of, is_unread, plain, run, said};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Imports pass rows from thread to thread; the allocator of the C library spends a fifth of their time on that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_env("INCIDENT_MAP_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let has_colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(has_colours).with_writer(std::io::stderr).init();
    run(cli).unwrap_or_else(|error| {
        if is_unread(&error) {
            return ExitCode::SUCCESS;
        }
        // When even standard error is closed there is nobody left to tell.
        let _ = writeln!(std::io::stderr(), "incident-map: {}", plain(&said(&error)));
        ExitCode::from(exit_code_of(&error))
    })
}
