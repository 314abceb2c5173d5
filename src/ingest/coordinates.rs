//! Coordinates that stand in a row.

use crate::geo::LonLat;

/// Why cells are not coordinates: the reason and the repair.
pub(super) type Fault = (String, &'static str);

/// A position from the cells of two columns; `None` when both are empty.
pub(super) fn position(lat: &str, lon: &str) -> Result<Option<LonLat>, Fault> {
    let (lat, lon) = (lat.trim(), lon.trim());
    match (lat.is_empty(), lon.is_empty()) {
        (true, true) => return Ok(None),
        (false, false) => {}
        _ => return Err(("one of latitude and longitude is missing".to_owned(), "fill both cells or empty both")),
    }
    let (lat, lon) = (number(lat)?, number(lon)?);
    checked(lat, lon).map(Some)
}

/// A position from one cell that says `lat, lon`; `None` when it is empty.
pub(super) fn pair(text: &str) -> Result<Option<LonLat>, Fault> {
    let text = text.trim().trim_matches(['(', ')', '[', ']']);
    if text.is_empty() {
        return Ok(None);
    }
    let parts: Vec<&str> = if text.contains(';') {
        text.split(';').collect()
    } else if text.matches(',').count() == 1 {
        text.split(',').collect()
    } else {
        text.split_whitespace().map(|part| part.trim_end_matches(',')).collect()
    };
    match parts[..] {
        [lat, lon] => position(lat, lon),
        _ => Err((format!("`{text}` is not two numbers"), "write latitude and longitude as `43.238, 76.945`")),
    }
}

fn number(text: &str) -> Result<f64, Fault> {
    let plain = text.trim_end_matches(['°', 'N', 'E', 'n', 'e', ' ']).replace(',', ".");
    match plain.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err((format!("`{text}` is not a number"), "write degrees with decimals, for instance 43.238")),
    }
}

fn checked(lat: f64, lon: f64) -> Result<LonLat, Fault> {
    if lat == 0.0 && lon == 0.0 {
        return Err((
            "0, 0 is a point in the Gulf of Guinea, and usually stands for unknown".to_owned(),
            "empty both cells when the position is not known",
        ));
    }
    LonLat::new(lon, lat)
        .map_err(|error| (error.to_string(), "check the order (latitude, longitude) and the decimal point"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_commas_pairs_and_nonsense() {
        assert_eq!(position("43,238", "76,945").unwrap(), Some(LonLat { lon: 76.945, lat: 43.238 }));
        assert_eq!(pair("43.238, 76.945").unwrap(), Some(LonLat { lon: 76.945, lat: 43.238 }));
        assert_eq!(pair("43,238; 76,945").unwrap(), Some(LonLat { lon: 76.945, lat: 43.238 }));
        assert_eq!(position(" ", "").unwrap(), None);
        for (lat, lon) in [("43", ""), ("x", "1"), ("0", "0"), ("95", "1"), ("1e999", "1"), ("NaN", "1"), ("1", "200")]
        {
            assert!(position(lat, lon).is_err(), "{lat} {lon}");
        }
    }
}
