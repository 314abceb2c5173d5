//! Tokens that allow writing: 256 random bits, of which only the SHA-256 is kept.

use super::{Store, StoreError};
use rusqlite::params;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A token as it is listed: never the token itself.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TokenEntry {
    /// Short public id.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// When it was made, RFC 3339 in UTC.
    pub created: String,
    /// When it was revoked.
    pub revoked: Option<String>,
}

/// What is kept of a token.
#[must_use]
pub fn token_sha256(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

impl Store {
    /// Keeps the hash of a new token; `entry.id` must be new.
    ///
    /// # Errors
    /// The database fails.
    pub fn add_token(&self, entry: &TokenEntry, token: &str) -> Result<(), StoreError> {
        self.writer().execute(
            "INSERT INTO tokens (id, name, sha256, created) VALUES (?1, ?2, ?3, ?4)",
            params![entry.id, entry.name, token_sha256(token), entry.created],
        )?;
        Ok(())
    }

    /// Ends a token; `false` when there is none with this id that is still valid.
    ///
    /// # Errors
    /// The database fails.
    pub fn revoke_token(&self, id: &str, now: &str) -> Result<bool, StoreError> {
        let revoked =
            self.writer().execute("UPDATE tokens SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL", [id, now])?;
        Ok(revoked == 1)
    }

    /// All tokens, oldest first.
    ///
    /// # Errors
    /// The database fails.
    pub fn tokens(&self) -> Result<Vec<TokenEntry>, StoreError> {
        let reader = self.reader()?;
        let mut statement =
            reader.connection().prepare_cached("SELECT id, name, created, revoked FROM tokens ORDER BY seq")?;
        let rows = statement.query_map([], |row| {
            Ok(TokenEntry { id: row.get(0)?, name: row.get(1)?, created: row.get(2)?, revoked: row.get(3)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether the token may write. Compared in constant time against every valid one.
    ///
    /// # Errors
    /// The database fails.
    pub fn is_token_valid(&self, token: &str) -> Result<bool, StoreError> {
        let given = token_sha256(token);
        let reader = self.reader()?;
        let mut statement = reader.connection().prepare_cached("SELECT sha256 FROM tokens WHERE revoked IS NULL")?;
        let mut rows = statement.query([])?;
        let mut valid = subtle::Choice::from(0);
        while let Some(row) = rows.next()? {
            let kept: Vec<u8> = row.get(0)?;
            valid |= kept.ct_eq(&given);
        }
        Ok(valid.into())
    }
}
