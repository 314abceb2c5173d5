//! `token`: who may load over the network.

use super::plain::Plain;
use super::{DONE, TokenCommand};
use crate::clock;
use crate::store::{Store, TokenEntry};
use anyhow::bail;
use std::io::Write;
use std::process::ExitCode;

pub(super) fn token(command: TokenCommand) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    match command {
        TokenCommand::Create { name, store } => {
            let token = clock::new_token();
            let id = clock::random_bytes::<4>().iter().map(|byte| format!("{byte:02x}")).collect();
            let entry = TokenEntry { id, name, created: clock::now(), revoked: None };
            Store::open(&store.db)?.add_token(&entry, &token)?;
            writeln!(out, "{token}")?;
            writeln!(std::io::stderr(), "Token {} made. It is shown only now; only its hash is kept.", entry.id)?;
        }
        TokenCommand::List { store, json } => {
            let tokens = super::existing_store(&store.db)?.tokens()?;
            if json {
                serde_json::to_writer(&mut out, &tokens)?;
                writeln!(out)?;
            } else {
                for TokenEntry { id, name, created, revoked } in tokens {
                    let standing = revoked.map_or_else(|| "valid".to_owned(), |at| format!("revoked {at}"));
                    writeln!(Plain(&mut out), "{id}  {created}  {standing}  {name}")?;
                }
            }
        }
        TokenCommand::Revoke { id, store } => {
            if !super::existing_store(&store.db)?.revoke_token(&id, &clock::now())? {
                bail!("there is no valid token `{id}`; `incident-map token list` shows them");
            }
            writeln!(out, "Token {id} revoked.")?;
        }
    }
    Ok(ExitCode::from(DONE))
}
