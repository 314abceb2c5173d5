//! The clock and the dice: asked only at the edges (`http`, `cli`), never by the core.

use rand::TryRngCore;
use rand::rngs::OsRng;

/// Now, RFC 3339 in UTC to the second.
#[must_use]
pub fn now() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}

/// Random bytes of the operating system.
///
/// # Panics
/// The operating system has none; then nothing that must be secret may go on.
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.try_fill_bytes(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A new token: 256 random bits as text, with a prefix by which secret scanners find it.
#[must_use]
pub fn new_token() -> String {
    let bits: String = random_bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("incident-map-{bits}")
}
