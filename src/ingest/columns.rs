//! What a column means, from its header in Russian, Kazakh, Ukrainian or English, or from its HXL tag.

use super::position_header::{field_of_position, names_both_axes};
use crate::incident::{UnknownWord, words};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are those of the columns; README.md lists them")]
pub enum Field {
    Id,
    Date,
    Time,
    DateEnd,
    Title,
    Description,
    Category,
    Source,
    SourceUrl,
    Place,
    City,
    District,
    Region,
    Country,
    Lat,
    Lon,
    LatLon,
    LonLat,
    Language,
    Dataset,
}

words!(Field, "meaning of a column", {
    Id => "id", Date => "date", Time => "time", DateEnd => "date_end", Title => "title", Description => "description",
    Category => "category", Source => "source", SourceUrl => "source_url", Place => "place", City => "city",
    District => "district", Region => "region", Country => "country", Lat => "lat", Lon => "lon", LatLon => "lat_lon",
    LonLat => "lon_lat", Language => "language", Dataset => "dataset",
});

impl Field {
    /// Whether a column with this meaning says where something was, or a part of it.
    pub(super) fn says_where(self) -> bool {
        use Field::{City, Country, District, Lat, LatLon, Lon, LonLat, Place, Region};
        matches!(self, Place | City | District | Region | Country | Lat | Lon | LatLon | LonLat)
    }
}

/// Headers, folded by [`folded`]: lower case, words joined by one space.
const HEADERS: [(Field, &[&str]); 19] = [
    (
        Field::Id,
        &[
            "id",
            "uid",
            "event id",
            "event id cnty",
            "incident id",
            "post id",
            "slug",
            "globaleventid",
            "номер",
            "ид",
            "идентификатор",
            "код",
            "нөмір",
            "нөмірі",
            "ідентифікатор",
        ],
    ),
    (
        Field::Date,
        &[
            "date",
            "event date",
            "date occurred",
            "occurred",
            "date start",
            "start date",
            "incident date",
            "post date utc",
            "sqldate",
            "when",
            "day",
            "дата",
            "дата события",
            "дата происшествия",
            "дата начала",
            "когда",
            "день",
            "күні",
            "күн",
            "дата події",
            "дата події початок",
            "оқиға күні",
            "мерзімі",
            "дата и время",
            "күні мен уақыты",
            "күні және уақыты",
            "дата та час",
            "дата і час",
            "date time",
            "datetime",
            "date and time",
            "дата время",
            "occurred at",
            "коли",
            "коли сталося",
            "when did it happen",
            "when it happened",
            "когда произошло",
            "когда это произошло",
            "қашан",
        ],
    ),
    (Field::Time, &["time", "event time", "hour", "время", "час", "уақыт", "уақыты", "сағат", "сағаты"]),
    (Field::DateEnd, &["date end", "end date", "end", "дата окончания", "конец", "аяқталу күні", "дата завершення"]),
    (
        Field::Title,
        &[
            "title",
            "name",
            "headline",
            "incident title",
            "source headline",
            "event",
            "incident",
            "заголовок",
            "название",
            "событие",
            "происшествие",
            "тақырып",
            "тақырыбы",
            "атауы",
            "оқиға",
            "назва",
            "подія",
        ],
    ),
    (
        Field::Description,
        &[
            "description",
            "text",
            "details",
            "notes",
            "unstructured description",
            "note",
            "summary",
            "what",
            "описание",
            "текст",
            "подробности",
            "что",
            "примечание",
            "примечания",
            "сипаттама",
            "сипаттамасы",
            "мәтін",
            "опис",
            "деталі",
            "что произошло",
            "что случилось",
            "не болды",
            "не болған",
            "що сталося",
            "що відбулося",
            "what happened",
            "краткое описание",
            "содержание",
            "фабула",
            "короткий опис",
            "зміст",
            "қысқаша сипаттама",
            "мазмұны",
            "short description",
            "brief description",
        ],
    ),
    (
        Field::Category,
        &[
            "category",
            "type",
            "event type",
            "eventrootcode",
            "kind",
            "tag",
            "категория",
            "тип",
            "вид",
            "рубрика",
            "санат",
            "санаты",
            "түрі",
            "категорія",
            "categories",
            "категории",
            "санаттар",
            "категорії",
        ],
    ),
    (
        Field::Source,
        &[
            "sources",
            "source",
            "source name",
            "publisher",
            "reported by",
            "источник",
            "дереккөз",
            "дереккөзі",
            "көзі",
            "джерело",
            "источник информации",
            "источник сообщения",
            "сми",
            "змі",
            "джерело інформації",
            "ақпарат көзі",
        ],
    ),
    (
        Field::SourceUrl,
        &[
            "source url",
            "source 1",
            "sourceurl",
            "source 1",
            "url",
            "link",
            "source link",
            "href",
            "ссылка",
            "ссылка на источник",
            "сілтеме",
            "посилання",
        ],
    ),
    (
        Field::Place,
        &[
            "place",
            "place name",
            "location",
            "location name",
            "where",
            "where coordinates",
            "actiongeo fullname",
            "address",
            "site",
            "место",
            "место события",
            "место происшествия",
            "где",
            "локация",
            "адрес",
            "орын",
            "орны",
            "оқиға орны",
            "жер",
            "жері",
            "мекенжай",
            "мекенжайы",
            "місце",
            "місце події",
            "локація",
            "адреса",
            "де",
            "где было",
            "где произошло",
            "где случилось",
            "где это произошло",
            "место проведения",
            "місце проведення",
            "место адрес",
            "улица",
            "вулиця",
            "көше",
            "местонахождение",
            "местоположение",
            "місцезнаходження",
            "орналасқан жері",
            "өткен жері",
            "де сталося",
            "venue",
            "street address",
            "where did it happen",
            "where it happened",
        ],
    ),
    (
        Field::City,
        &[
            "city",
            "town",
            "settlement",
            "city town",
            "village",
            "город",
            "населенный пункт",
            "нас пункт",
            "село",
            "қала",
            "қаласы",
            "елді мекен",
            "місто",
            "населений пункт",
            "город область",
            "область город",
            "область місто",
            "місто область",
            "город район",
            "locality",
        ],
    ),
    (Field::District, &["district", "adm2", "adm 2", "admin2", "admin 2", "район", "аудан", "ауданы"]),
    (
        Field::Region,
        &[
            "region",
            "oblast",
            "province",
            "state",
            "adm1",
            "adm 1",
            "admin1",
            "admin 1",
            "область",
            "регион",
            "облыс",
            "облысы",
            "өңір",
            "аймақ",
            "регіон",
            "governorate",
        ],
    ),
    (Field::Country, &["country", "страна", "ел", "мемлекет", "країна"]),
    (Field::Lat, &["lat", "latitude", "actiongeo lat", "y", "широта", "ендік", "ендігі"]),
    (
        Field::Lon,
        &["lon", "lng", "long", "longitude", "actiongeo long", "x", "долгота", "бойлық", "бойлығы", "довгота"],
    ),
    (
        Field::LatLon,
        &[
            "latlon",
            "lat lon",
            "latlng",
            "lat lng",
            "coordinates",
            "coords",
            "geolocation",
            "lat long",
            "latitude longitude",
            "y x",
            "loc",
            "gps",
            "gps coordinates",
            "gps location",
            "geojson",
            "geo",
            "wkt",
            "geom wkt",
            "geom",
            "geometry",
            "координаты",
            "координаттар",
            "координаттары",
            "координати",
            "gps координаты",
            "координаты gps",
            "gps координаттар",
            "gps координати",
            "геолокация",
            "геолокація",
            "широта долгота",
            "ендік бойлық",
            "широта довгота",
            "latlong",
        ],
    ),
    (
        Field::LonLat,
        &[
            "lonlat",
            "lon lat",
            "lnglat",
            "lng lat",
            "long lat",
            "longitude latitude",
            "x y",
            "долгота широта",
            "бойлық ендік",
            "довгота широта",
        ],
    ),
    (Field::Language, &["language", "lang", "язык", "тіл", "тілі", "мова"]),
];

/// Words for what all columns of a file are of.
const EVENT_WORDS: [&str; 30] = [
    "проведения",
    "проведення",
    "акции",
    "акції",
    "акция",
    "митинга",
    "мітингу",
    "протеста",
    "event",
    "events",
    "incident",
    "incidents",
    "события",
    "событий",
    "событие",
    "происшествия",
    "происшествий",
    "происшествие",
    "инцидента",
    "инцидентов",
    "оқиға",
    "оқиғаның",
    "оқиғалар",
    "болған",
    "події",
    "подій",
    "подія",
    "інциденту",
    "пригоди",
    "of",
];

/// The meaning of a folded header that is exactly one of the known ones.
fn known(header: &str) -> Option<Field> {
    HEADERS.iter().find(|(_, names)| names.contains(&header)).map(|(field, _)| *field)
}

/// Whether a header is one of the known ones, without any word before or after, or names both numbers of a position.
pub(super) fn is_known(header: &str) -> bool {
    let header = folded(header);
    known(&header).is_some() || matches!(field_of_position(&header), Some(Field::LatLon | Field::LonLat))
}

/// The meaning of a header; `None` for one that has none here.
#[must_use]
pub fn field_of(header: &str) -> Option<Field> {
    let header = folded(header);
    // `Тип события`, `оқиға түрі`, `event location`: what all columns are of says nothing.
    let of_event = || {
        let words: Vec<&str> = header.split(' ').filter(|word| !EVENT_WORDS.contains(word)).collect();
        if words.is_empty() { None } else { known(&words.join(" ")) }
    };
    // Forms name the two halves of a position after their question: `location.lat`, `_where_longitude`.
    let half = || {
        let (question, last) = header.rsplit_once(' ').filter(|_| !names_both_axes(&header))?;
        // Where those who acted come from is not where it happened (GDELT).
        if matches!(question, "actor1geo" | "actor2geo") {
            return None;
        }
        known(last).filter(|field| last.len() > 1 && matches!(field, Field::Lat | Field::Lon))
    };
    // `Дата (дд.мм.гггг)`, `Date (UTC)`: how it is written is no part of what it is.
    let without_form = || {
        let words: Vec<&str> = header.split(' ').filter(|word| !FORM_WORDS.contains(word)).collect();
        known(&words.join(" ")).filter(|field| matches!(field, Field::Date | Field::Time | Field::DateEnd))
    };
    known(&header).or_else(|| field_of_position(&header)).or_else(half).or_else(of_event).or_else(without_form)
}

/// Words that say how a date or time is written.
const FORM_WORDS: [&str; 16] =
    ["дд", "мм", "гг", "гггг", "чч", "рррр", "кк", "жжжж", "dd", "mm", "yy", "yyyy", "hh", "utc", "gmt", "local"];

/// Lower case, ё as е, everything but letters and digits as one space.
pub(super) fn folded(header: &str) -> String {
    let mut text = String::new();
    for c in header.chars().flat_map(char::to_lowercase) {
        match c {
            'ё' => text.push('е'),
            c if c.is_alphanumeric() => text.push(c),
            _ if text.ends_with(' ') || text.is_empty() => {}
            _ => text.push(' '),
        }
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_in_four_languages_mean_the_same() {
        for (header, field) in [
            ("Дата события", Field::Date),
            ("КҮНІ", Field::Date),
            (" Место_происшествия ", Field::Place),
            ("Орны", Field::Place),
            ("Населённый пункт", Field::City),
            ("нас. пункт", Field::City),
            ("Облыс", Field::Region),
            ("Admin1", Field::Region),
            ("source-url", Field::SourceUrl),
            ("Широта", Field::Lat),
            ("Опис", Field::Description),
            ("INCIDENT TITLE", Field::Title),
            ("where_coordinates", Field::Place),
            ("Where did it happen?.lat", Field::Lat),
            ("_place_longitude", Field::Lon),
            ("event_id_cnty", Field::Id),
            ("Тип события", Field::Category),
            ("Оқиға түрі", Field::Category),
            ("Тип події", Field::Category),
            ("Type of incident", Field::Category),
            ("Что произошло", Field::Description),
            ("Описание события", Field::Description),
            ("Оқиғаның сипаттамасы", Field::Description),
            ("Опис події", Field::Description),
            ("Дата и время", Field::Date),
            ("Дата и время события", Field::Date),
            ("Дата та час", Field::Date),
            ("lng,lat", Field::LonLat),
            ("Долгота/широта", Field::LonLat),
            ("Широта/Долгота", Field::LatLon),
            ("GPS координаты", Field::LatLon),
            ("Координаты (широта, долгота)", Field::LatLon),
            ("Coordinates (lat, lon)", Field::LatLon),
            ("Location (lat,lng)", Field::LatLon),
            ("Широта и долгота", Field::LatLon),
            ("Координаты (долгота, широта)", Field::LonLat),
            ("Where (lon, lat)", Field::LonLat),
            ("Широта (N)", Field::Lat),
            ("Долгота (E)", Field::Lon),
            ("Latitude (WGS84)", Field::Lat),
            ("Широта, с.ш.", Field::Lat),
            ("Долгота, в.д.", Field::Lon),
            ("lat_wgs84", Field::Lat),
            ("LAT_DD", Field::Lat),
            ("Широта места", Field::Lat),
            ("ендік (N)", Field::Lat),
            ("the_geom", Field::LatLon),
            ("Координаты места", Field::LatLon),
            ("LatLong", Field::LatLon),
            ("Геопозиция", Field::LatLon),
            ("Где было", Field::Place),
            ("Где произошло", Field::Place),
            ("Место проведения", Field::Place),
            ("Место (адрес)", Field::Place),
            ("Улица", Field::Place),
            ("Местонахождение", Field::Place),
            ("Орналасқан жері", Field::Place),
            ("Venue", Field::Place),
            ("Street address", Field::Place),
            ("Город/область", Field::City),
            ("Область/місто", Field::City),
            ("Locality", Field::City),
            ("Governorate", Field::Region),
            ("Дата/время", Field::Date),
            ("Дата, время", Field::Date),
            ("Дата (дд.мм.гггг)", Field::Date),
            ("Дата проведения", Field::Date),
            ("Дата акции", Field::Date),
            ("Коли", Field::Date),
            ("Occurred at", Field::Date),
            ("Date (UTC)", Field::Date),
            ("Краткое описание", Field::Description),
            ("Содержание", Field::Description),
            ("Фабула", Field::Description),
            ("Источник информации", Field::Source),
            ("СМИ", Field::Source),
        ] {
            assert_eq!(field_of(header), Some(field), "{header}");
        }
        for header in [
            "погибшие",
            "Дата публикации (UTC)",
            "Created (UTC)",
            "long description",
            "Место рождения",
            "Широта взглядов",
            "location accuracy",
            "and",
            "dd",
            "Акция",
            "Координаты редакции",
            "Actor1Geo_Lat",
        ] {
            assert_eq!(field_of(header), None, "{header}");
        }
        assert_eq!(field_of(""), None);
    }
}
