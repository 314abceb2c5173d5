//! Excel workbooks (ECMA-376, part 1), read as streams: the ready reader holds every text of a workbook, whatever its length.

use super::IngestError;
use super::merged::{MAX_MERGED, MergedCell};
use super::moment::{Shown, shown_by, text_of_iso, text_of_number};
use super::records::CellFault;
use super::shared_texts::{SharedTexts, Unpacked, read_runs, unescaped};
use super::workbook::{SheetName, SheetRow, TakeRow, broken, leads_somewhere};
use super::xml::{Xml, attribute, in_part, push_reference, takes_more};
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;
use std::sync::Arc;

/// Where the part with the names of the sheets usually is.
const WORKBOOK: &str = "xl/workbook.xml";

/// Most sheets, formats of numbers, styles of cells and relations of a part that are read.
const MAX_PARTS: usize = 100_000;

/// Most links of a sheet, as Excel has it.
const MAX_LINKS: usize = 65_530;

/// Most bytes of these links.
const MAX_LINK_BYTES: usize = 16 << 20;

/// Bytes of a formula that are looked at for a link.
const FORMULA_BYTES: usize = 4 << 10;

/// A workbook, without its cells.
pub(super) struct Book {
    bytes: Arc<[u8]>,
    sheets: Vec<SheetPart>,
    /// By the style of a cell, what it shows of time.
    shown: Vec<Option<Shown>>,
    is_1904: bool,
    texts: SharedTexts,
}

struct SheetPart {
    name: String,
    /// Its part of the file; `None` for sheets without cells.
    part: Option<String>,
    is_hidden: bool,
}

/// A relation of a part to another one.
struct Relation {
    kind: String,
    target: String,
}

impl Book {
    pub(super) fn open(bytes: &Arc<[u8]>) -> Result<Self, IngestError> {
        let of_package = relations(bytes, "")?;
        let workbook = of_package.values().find(|relation| relation.kind.ends_with("/officeDocument"));
        let workbook = &workbook.map_or(WORKBOOK.to_owned(), |relation| beside("", &relation.target));
        let relations = relations(bytes, workbook)?;
        let (mut sheets, mut is_1904) = (Vec::new(), false);
        each_start(bytes, workbook, &mut |start| {
            match start.local_name().as_ref() {
                "workbookPr" => {
                    is_1904 = attribute(start, "date1904").is_some_and(|text| text == "1" || text == "true")
                }
                "sheet" if sheets.len() < MAX_PARTS => {
                    let relation = relation_id(start).and_then(|id| relations.get(&id));
                    let cells = relation.filter(|relation| relation.kind.ends_with("/worksheet"));
                    sheets.push(SheetPart {
                        name: attribute(start, "name").unwrap_or_default(),
                        part: cells.map(|relation| beside(workbook, &relation.target)),
                        is_hidden: attribute(start, "state").is_some_and(|state| state != "visible"),
                    });
                }
                _ => {}
            }
            Ok(())
        })?;
        let part_of = |kind: &str| {
            let found = relations.values().find(|relation| relation.kind.ends_with(kind));
            found.map(|relation| beside(workbook, &relation.target))
        };
        let shown = part_of("/styles").map(|part| shown_styles(bytes, &part)).transpose()?.unwrap_or_default();
        let texts = match part_of("/sharedStrings") {
            Some(part) => in_part(bytes, &part, SharedTexts::read)?.unwrap_or_default(),
            None => SharedTexts::default(),
        };
        Ok(Self { bytes: Arc::clone(bytes), sheets, shown, is_1904, texts })
    }

    pub(super) fn names(&self) -> Vec<SheetName> {
        self.sheets.iter().map(|sheet| SheetName { name: sheet.name.clone(), is_hidden: sheet.is_hidden }).collect()
    }

    /// Gives every row of the sheet with this number that has a cell, until `take` wants no more. The cells over several rows stand behind
    /// the rows; they are looked for when they are asked for.
    pub(super) fn each_row(
        &self,
        sheet: usize,
        take: TakeRow<'_>,
        merged: Option<&mut Vec<MergedCell>>,
    ) -> Result<(), IngestError> {
        let Some(part) = &self.sheets[sheet].part else { return Ok(()) };
        in_part(&self.bytes, part, |mut xml| {
            let is_whole = self.read_rows(&mut xml, take)?;
            match merged {
                Some(merged) if is_whole => read_merged(xml, merged),
                _ => Ok(()),
            }
        })
        .map(drop)
    }

    /// Gives every row; says whether all of them were wanted.
    fn read_rows(&self, xml: &mut Xml<'_>, take: TakeRow<'_>) -> Result<bool, IngestError> {
        let (mut row, mut next_row, mut column) = (SheetRow::new(0, 1), 0, 0);
        let (mut is_in_cells, mut buffer, mut words, mut formula, mut unpacked) =
            (false, Vec::new(), String::new(), String::new(), Unpacked::default());
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(broken)? {
                Event::Start(start) => match start.local_name().as_ref() {
                    "sheetData" => is_in_cells = true,
                    "row" if is_in_cells => {
                        let number = attribute(&start, "r").and_then(|text| text.parse::<u32>().ok());
                        let number = number.and_then(|number| number.checked_sub(1)).unwrap_or(next_row);
                        (next_row, column) = (number.saturating_add(1), 0);
                        row = SheetRow::new(number, 1);
                    }
                    "c" if is_in_cells => {
                        let mut cell = CellHead::default();
                        for attribute in start.attributes().with_checks(false).flatten() {
                            match attribute.key.as_ref() {
                                "r" => column = place_of(&attribute.value).map_or(column, |(_, column)| column),
                                "s" => {
                                    let style =
                                        attribute.value.parse().ok().and_then(|style: usize| self.shown.get(style));
                                    cell.shown = style.copied().flatten();
                                }
                                "t" => attribute.value.as_ref().clone_into(&mut cell.kind),
                                _ => {}
                            }
                        }
                        words.clear();
                        formula.clear();
                        if read_cell(xml, &cell, &mut words, &mut formula)? {
                            self.push(&mut row, column, &cell, &words, &mut unpacked)?;
                            if let Some(target) = link_of(&formula) {
                                row.push_link(column, &target);
                            }
                        } else {
                            row.push_fault(column, CellFault::NoValue);
                        }
                        column = column.saturating_add(1);
                    }
                    _ => {}
                },
                Event::End(end) => match end.local_name().as_ref() {
                    "row" if is_in_cells => {
                        let number = row.number;
                        if !take(std::mem::replace(&mut row, SheetRow::new(number, 1))) {
                            return Ok(false);
                        }
                    }
                    "sheetData" => return Ok(true),
                    _ => {}
                },
                // A sheet of charts has no cells.
                Event::Eof if !is_in_cells => return Ok(false),
                Event::Eof => return Err(broken("the sheet breaks off")),
                _ => {}
            }
        }
    }

    /// Adds a cell to its row as the person sees it.
    fn push(
        &self,
        row: &mut SheetRow,
        column: u32,
        cell: &CellHead,
        words: &str,
        unpacked: &mut Unpacked,
    ) -> Result<(), IngestError> {
        match cell.kind.as_str() {
            "s" => {
                let number = words.trim().parse().unwrap_or(usize::MAX);
                match self.texts.get(number, unpacked)? {
                    Some(text) => row.push(column, text),
                    None => row.push_fault(column, CellFault::NoValue),
                }
            }
            "e" => row.push_fault(column, CellFault::Error(words.chars().take(40).collect())),
            "b" => row.push(column, if words.trim() == "1" { "true" } else { "false" }),
            "d" => {
                let moment = text_of_iso(words.trim(), cell.shown.unwrap_or(Shown::Moment));
                row.push(column, moment.as_deref().unwrap_or(words));
            }
            "inlineStr" => row.push(column, words),
            "str" => row.push(column, &unescaped(words)),
            _ if words.is_empty() => {}
            _ => row.push(column, &self.number_text(words.trim(), cell.shown)),
        }
        Ok(())
    }

    fn number_text(&self, text: &str, shown: Option<Shown>) -> String {
        let moment = || text_of_number(text.parse().ok()?, self.is_1904, shown?);
        match (moment(), text.parse::<i64>(), text.parse::<f64>()) {
            (Some(moment), ..) => moment,
            (_, Ok(number), _) => number.to_string(),
            (_, _, Ok(number)) => number.to_string(),
            _ => text.to_owned(),
        }
    }

    /// Where the links of a sheet lead, by row and column of their cells.
    pub(super) fn links(&self, sheet: usize) -> Result<HashMap<(u32, u32), String>, IngestError> {
        let mut links = HashMap::new();
        let Some(part) = &self.sheets[sheet].part else { return Ok(links) };
        let mut relations = relations(&self.bytes, part)?;
        relations.retain(|_, relation| relation.kind.ends_with("/hyperlink"));
        if relations.is_empty() {
            return Ok(links);
        }
        let mut bytes = 0;
        each_start(&self.bytes, part, &mut |start| {
            if start.local_name().as_ref() != "hyperlink" {
                return Ok(());
            }
            let Some(target) = relation_id(start).and_then(|id| relations.get(&id)) else { return Ok(()) };
            let location = attribute(start, "location").filter(|location| !location.is_empty());
            let location = location.map_or(String::new(), |location| format!("#{location}"));
            let target = target.target.clone() + &location;
            if !leads_somewhere(&target) {
                return Ok(());
            }
            let cells = attribute(start, "ref").unwrap_or_default();
            if let Some(place) = place_of(cells.split(':').next().unwrap_or_default()) {
                bytes += target.len();
                if links.len() == MAX_LINKS || bytes > MAX_LINK_BYTES {
                    return Err(broken("it has more links than a sheet of Excel may have"));
                }
                links.insert(place, target);
            }
            Ok(())
        })?;
        Ok(links)
    }
}

/// Reads which cells behind the rows cover several of them.
fn read_merged(mut xml: Xml<'_>, merged: &mut Vec<MergedCell>) -> Result<(), IngestError> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(broken)? {
            Event::Start(start) if start.local_name().as_ref() == "mergeCell" => {
                let cells = attribute(&start, "ref").unwrap_or_default();
                let Some((first, last)) = cells.split_once(':') else { continue };
                let (Some((first, column)), Some((last, _))) = (place_of(first), place_of(last)) else { continue };
                if last > first {
                    if merged.len() == MAX_MERGED {
                        return Err(broken("it has more merged cells than can be read; unmerge them"));
                    }
                    merged.push(MergedCell { first, last, column });
                }
            }
            Event::End(end) if end.local_name().as_ref() == "mergeCells" => return Ok(()),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// What a cell says of its value.
#[derive(Default)]
struct CellHead {
    kind: String,
    shown: Option<Shown>,
}

/// Reads a cell up to its end; says whether its value is there, as far as it has a formula.
fn read_cell(
    xml: &mut Xml<'_>,
    cell: &CellHead,
    words: &mut String,
    formula: &mut String,
) -> Result<bool, IngestError> {
    let (mut has_formula, mut is_formula) = (false, false);
    let (mut has_value, mut is_value, mut buffer) = (false, false, Vec::new());
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(broken)? {
            Event::Start(start) => match start.local_name().as_ref() {
                "is" => {
                    has_value = true;
                    read_runs(xml, "is", words)?;
                }
                "f" => (has_formula, is_formula) = (true, true),
                "v" => (has_value, is_value) = (true, cell.kind != "inlineStr"),
                _ => {}
            },
            Event::End(end) => match end.local_name().as_ref() {
                "v" => is_value = false,
                "f" => is_formula = false,
                "c" => return Ok(has_value || !has_formula),
                _ => {}
            },
            Event::Text(text) if is_value && takes_more(words) => words.push_str(&text.xml10_content()),
            Event::CData(text) if is_value && takes_more(words) => words.push_str(&text.xml10_content()),
            Event::GeneralRef(name) if is_value && takes_more(words) => push_reference(&name, words)?,
            Event::Text(text) if is_formula && formula.len() < FORMULA_BYTES => formula.push_str(&text.xml10_content()),
            Event::GeneralRef(name) if is_formula && formula.len() < FORMULA_BYTES => push_reference(&name, formula)?,
            Event::Eof => return Err(broken("a cell breaks off")),
            _ => {}
        }
    }
}

/// Where the formula `HYPERLINK("https://…","words")` leads, as far as it says that itself.
fn link_of(formula: &str) -> Option<String> {
    const LINK: &str = "HYPERLINK(";
    let formula = formula.trim_start();
    let inside =
        formula.get(..LINK.len()).filter(|name| name.eq_ignore_ascii_case(LINK)).map(|_| &formula[LINK.len()..])?;
    let target = inside.trim_start().strip_prefix('"')?;
    let end = target
        .find('"')
        .filter(|end| matches!(target[end + 1..].trim_start().chars().next(), Some(',' | ';' | ')')))?;
    Some(target[..end].to_owned())
}

/// Gives every element of a part as it begins.
fn each_start(
    bytes: &Arc<[u8]>,
    part: &str,
    take: &mut dyn FnMut(&BytesStart<'_>) -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    let read = in_part(bytes, part, |mut xml| {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(broken)? {
                Event::Start(start) => take(&start)?,
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    });
    read.map(drop)
}

fn relation_id(element: &BytesStart<'_>) -> Option<String> {
    let mut attributes = element.attributes().filter_map(Result::ok);
    let id =
        attributes.find(|attribute| attribute.key.local_name().as_ref() == "id" && attribute.key.prefix().is_some());
    Some(id?.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// The relations of a part, or of the package as a whole, whose part is the empty one.
fn relations(bytes: &Arc<[u8]>, part: &str) -> Result<HashMap<String, Relation>, IngestError> {
    let name = part.rsplit('/').next().unwrap_or_default();
    let mut relations = HashMap::new();
    each_start(bytes, &beside(part, &format!("_rels/{name}.rels")), &mut |start| {
        if start.local_name().as_ref() == "Relationship" && relations.len() < MAX_PARTS {
            let of = |name| attribute(start, name).unwrap_or_default();
            relations.insert(of("Id"), Relation { kind: of("Type"), target: of("Target") });
        }
        Ok(())
    })?;
    Ok(relations)
}

/// The part that a relation of another one names: from its folder on, or from the root.
fn beside(part: &str, target: &str) -> String {
    let folder = if target.starts_with('/') { "" } else { part.rsplit_once('/').map_or("", |(folder, _)| folder) };
    let mut steps = Vec::new();
    for step in folder.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

fn shown_styles(bytes: &Arc<[u8]>, part: &str) -> Result<Vec<Option<Shown>>, IngestError> {
    let (mut formats, mut styles, mut is_in_cells) = (HashMap::new(), Vec::new(), false);
    each_start(bytes, part, &mut |start| {
        match start.local_name().as_ref() {
            "cellXfs" => is_in_cells = true,
            "cellStyles" | "cellStyleXfs" | "dxfs" => is_in_cells = false,
            "numFmt" if formats.len() < MAX_PARTS => {
                let shown = shown_by(&attribute(start, "formatCode").unwrap_or_default());
                formats.insert(attribute(start, "numFmtId").unwrap_or_default(), shown);
            }
            "xf" if is_in_cells && styles.len() < MAX_PARTS => {
                let id = attribute(start, "numFmtId").unwrap_or_default();
                styles.push(formats.get(&id).copied().unwrap_or_else(|| built_in(&id)));
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(styles)
}

/// What the formats show that are always there (section 18.8.30), the East Asian ones included.
fn built_in(id: &str) -> Option<Shown> {
    match id.parse() {
        Ok(17) => Some(Shown::Month),
        Ok(46) => Some(Shown::Length),
        Ok(14..=22 | 27..=36 | 45 | 47 | 50..=58) => Some(Shown::Moment),
        _ => None,
    }
}

/// Row and column of a cell as people call it, from 0.
fn place_of(reference: &str) -> Option<(u32, u32)> {
    let digits = reference.find(|letter: char| letter.is_ascii_digit())?;
    let (letters, number) = reference.split_at(digits);
    let column = letters.bytes().try_fold(0u32, |column, letter| {
        let letter = letter.to_ascii_uppercase();
        letter.is_ascii_uppercase().then(|| column.checked_mul(26)?.checked_add(u32::from(letter - b'A') + 1))?
    })?;
    Some((number.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_from_the_folder_of_another_one_and_from_the_root() {
        for (part, target, found) in [
            ("xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/workbook.xml", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/workbook.xml", "../xl/./styles.xml", "xl/styles.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("", "_rels/.rels", "_rels/.rels"),
        ] {
            assert_eq!(beside(part, target), found);
        }
    }

    #[test]
    fn a_formula_that_links_says_where_it_leads() {
        assert_eq!(link_of("HYPERLINK(\"https://a.b/c\",\"words\")").as_deref(), Some("https://a.b/c"));
        assert_eq!(link_of("hyperlink( \"https://a.b/c\" )").as_deref(), Some("https://a.b/c"));
        for formula in ["HYPERLINK(A1,\"x\")", "HYPERLINK(\"https://a.b/\"&A1)", "SUM(A1)", "", "ГИПЕРССЫЛКА(1)"]
        {
            assert_eq!(link_of(formula), None, "{formula}");
        }
    }

    #[test]
    fn cells_are_found_by_their_names() {
        assert_eq!(place_of("A1"), Some((0, 0)));
        assert_eq!(place_of("XFD1048576"), Some((1_048_575, 16_383)));
        assert_eq!(place_of("$1"), None);
        assert_eq!(place_of("A0"), None);
    }
}
