//! Text of files on a terminal.

use std::io::{self, Write};

/// What stands for a character that is not shown.
const HIDDEN: char = '\u{fffd}';

/// A text without what a terminal would obey or be confused by: control characters and marks that turn the direction of writing. Line
/// ends stay.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if is_obeyed(c) { HIDDEN } else { c }).collect()
}

fn is_obeyed(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{061c}')
}

/// Writes words for a person, [`plain`].
pub(super) struct Plain<W>(pub(super) W);

impl<W: Write> Write for Plain<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // `write!` gives each text as a whole.
        self.0.write_all(plain(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A text of a file in one line of words.
pub(super) fn in_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_file_commands_the_terminal() {
        let mut out = Vec::new();
        let text = "a\u{1b}[31mb\u{9b}c\u{202e}\u{7}";
        writeln!(Plain(&mut out), "{text}").unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a\u{fffd}[31mb\u{fffd}c\u{fffd}\u{fffd}\n");
        assert_eq!(in_line("a\r\n b"), "a b");
    }
}
