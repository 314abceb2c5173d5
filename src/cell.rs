//! Cells of the tables we write, which a spreadsheet must not run as formulas, and the way back.

/// What a spreadsheet takes for the beginning of a formula (OWASP ASVS 1.2.10).
const FORMULA_BEGINS: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\0'];

/// The cell with an apostrophe in front when a spreadsheet would run it. [`revived`] is the way back.
#[must_use]
pub fn inert(cell: &str) -> String {
    if runs(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// The cell without the apostrophe that [`inert`] put in front of it.
#[must_use]
pub fn revived(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| runs(rest)).unwrap_or(cell)
}

/// Apostrophes in front do not count, or a text that begins with `'=` would lose its own on the way back.
fn runs(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(FORMULA_BEGINS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_cell_begins_a_formula_and_plain_ones_stay_as_they_are() {
        for cell in ["=1+1", "+7 727", "-5", "@SUM(A1)", "\tx", "\rx", "\0x", "'=x"] {
            assert!(inert(cell).starts_with('\''), "{cell:?}");
        }
        for cell in ["", "Актау", "'цитата'", "5-6", "a=b"] {
            assert_eq!(inert(cell), cell);
            assert_eq!(revived(cell), cell);
        }
    }

    proptest! {
        #[test]
        fn the_way_there_and_back_changes_nothing(cell in "['=+@\\-a\\t]{0,6}") {
            let kept = inert(&cell);
            prop_assert_eq!(revived(&kept), cell);
        }
    }
}
