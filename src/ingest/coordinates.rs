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

/// A position from one cell: `lat, lon`, degrees with minutes and seconds, or a WKT point; `None` when it is empty. Where letters or
/// numbers beyond 90 tell that the longitude comes first, it does.
pub(super) fn pair(text: &str) -> Result<Option<LonLat>, Fault> {
    const REPAIR: &str = "write latitude and longitude as `43.238, 76.945`";
    let upper_case = text.trim().to_ascii_uppercase();
    if upper_case.starts_with("POINT") || upper_case.starts_with("SRID") {
        return wkt_point(text.trim()).map(Some);
    }
    let text = text.trim().trim_matches(['(', ')', '[', ']']);
    if text.is_empty() {
        return Ok(None);
    }
    if text.contains(['°', 'º', '′', '\''])
        || text.chars().any(|c| c.is_alphabetic() && !matches!(c, 'e' | 'E' | 'N' | 'n'))
    {
        return sexagesimal(text).map(Some).ok_or_else(|| (format!("`{text}` is not a position"), REPAIR));
    }
    let parts: Vec<&str> = if text.contains(';') {
        text.split(';').collect()
    } else if text.contains('|') {
        text.split('|').collect()
    } else if text.matches(',').count() == 1 {
        text.split(',').collect()
    } else {
        text.split_whitespace().map(|part| part.trim_end_matches(',')).collect()
    };
    let [first, second] = parts[..] else { return Err((format!("`{text}` is not two numbers"), REPAIR)) };
    let is_longitude = |text: &str| number(text.trim()).is_ok_and(|degrees| (90.0..=180.0).contains(&degrees.abs()));
    if is_longitude(first) && !is_longitude(second) { position(second, first) } else { position(first, second) }
}

/// A WKT point, longitude first, perhaps with a spatial reference before it.
fn wkt_point(text: &str) -> Result<LonLat, Fault> {
    const REPAIR: &str = "write a point as POINT(76.945 43.238), longitude first";
    let plain = text.split_once(';').map_or(text, |(_, point)| point).trim();
    let geometry: Result<geo_types::Geometry<f64>, _> = wkt::TryFromWkt::try_from_wkt_str(plain);
    match geometry {
        Ok(geo_types::Geometry::Point(at)) => checked(at.y(), at.x()),
        Ok(_) => Err((format!("`{text}` is no point"), REPAIR)),
        Err(error) => Err((format!("`{text}` is not WKT: {error}"), REPAIR)),
    }
}

/// Degrees, minutes and seconds with letters for the hemispheres: `43°14'18"N 76°56'42"E`, `43° 14,3′ с. ш., 76° 56,7′ в. д.`.
fn sexagesimal(text: &str) -> Option<LonLat> {
    /// Parts of an angle that are heard of: degrees, minutes, seconds.
    const PARTS: usize = 3;
    let mut angles: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    let mut axes: [Option<(bool, f64)>; 2] = [None, None];
    // A letter may stand before its angle or after it; after it the angle is complete.
    let mut is_complete = false;
    let mut at = 0;
    let mut digits = String::new();
    let chars: Vec<char> = text.chars().collect();
    for (index, &c) in chars.iter().enumerate() {
        let is_decimal =
            matches!(c, '.' | ',') && !digits.is_empty() && chars.get(index + 1).is_some_and(char::is_ascii_digit);
        if c.is_ascii_digit() || is_decimal || (c == '-' && digits.is_empty()) {
            digits.push(if c == ',' { '.' } else { c });
            continue;
        }
        if !digits.is_empty() {
            if at == 0 && is_complete {
                at = 1;
            }
            angles[at].push(digits.parse().ok()?);
            digits.clear();
        }
        let axis = match c.to_lowercase().next()? {
            'n' | 'с' => Some((true, 1.0)),
            's' | 'ю' => Some((true, -1.0)),
            'e' | 'в' => Some((false, 1.0)),
            'w' | 'з' => Some((false, -1.0)),
            _ => None,
        };
        match axis {
            Some(axis) if axes[at].is_none() => {
                axes[at] = Some(axis);
                is_complete = !angles[at].is_empty();
            }
            Some(axis) if at == 0 && axes[1].is_none() => {
                at = 1;
                axes[1] = Some(axis);
            }
            Some(_) => return None,
            None if matches!(c, ',' | ';') && at == 0 && !angles[0].is_empty() => at = 1,
            None => {}
        }
    }
    if !digits.is_empty() {
        angles[at].push(digits.parse().ok()?);
    }
    let degrees = |angle: &[f64]| -> Option<f64> {
        if angle.is_empty() || angle.len() > PARTS || angle[1..].iter().any(|part| !(0.0..60.0).contains(part)) {
            return None;
        }
        let size = angle[0].abs() + angle.get(1).unwrap_or(&0.0) / 60.0 + angle.get(2).unwrap_or(&0.0) / 3600.0;
        Some(size.copysign(angle[0]))
    };
    let (first, second) = (degrees(&angles[0])?, degrees(&angles[1])?);
    let (first_axis, second_axis) = (axes[0].unwrap_or((true, 1.0)), axes[1].unwrap_or((!axes[0]?.0, 1.0)));
    if first_axis.0 == second_axis.0 {
        return None;
    }
    let (first, second) = (first * first_axis.1, second * second_axis.1);
    let (lat, lon) = if first_axis.0 { (first, second) } else { (second, first) };
    checked(lat, lon).ok()
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
        let almaty = Some(LonLat { lon: 76.945, lat: 43.238 });
        for text in [
            "43.238 76.945",
            "43.238|76.945",
            "POINT(76.945 43.238)",
            "SRID=4326;POINT (76.945 43.238)",
            "43°14'16.8\"N 76°56'42\"E",
            "N43°14'16.8\" E76°56'42\"",
            "76°56,7′ в. д., 43°14,28′ с. ш.",
            "43° 14' 16.8\" с.ш. 76° 56' 42\" в.д.",
        ] {
            let found = pair(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
            assert!(found.zip(almaty).is_some_and(|(found, known)| found.distance_m(known) < 1.0), "{text}: {found:?}");
        }
        assert_eq!(pair("-122.4, 37.8").unwrap(), Some(LonLat { lon: -122.4, lat: 37.8 }), "no latitude is 122");
        assert_eq!(pair("33°30'S 70°40'W").unwrap().map(|at| (at.lat, at.lon < 0.0)), Some((-33.5, true)));
        for text in ["LINESTRING(1 2,3 4)", "43°N", "43°99'N 76°E", "43°N 76°N", "север", "POINT(1", "1,2,3", "°"]
        {
            assert!(pair(text).is_err(), "{text}");
        }
        for (lat, lon) in [("43", ""), ("x", "1"), ("0", "0"), ("95", "1"), ("1e999", "1"), ("NaN", "1"), ("1", "200")]
        {
            assert!(position(lat, lon).is_err(), "{lat} {lon}");
        }
    }
}
