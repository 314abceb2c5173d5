//! Errors at the edge: every one is `application/problem+json` (RFC 9457) with a stable type, listed in docs/ERRORS.md.

use crate::geo::BboxError;
use crate::incident::{IncidentIdError, UnknownWord};
use crate::layer::QueryError;
use crate::layer::export::SheetError;
use crate::layer::histogram::TooManyBins;
use crate::layer::tiles::TileError;
use crate::store::StoreError;
use crate::time::TimeError;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, CONTENT_RANGE, RETRY_AFTER, VARY, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

/// Seconds after which a busy server is worth another try.
const RETRY_AFTER_S: &str = "5";

/// Longest path and query of a request, bytes.
pub const MAX_ADDRESS_BYTES: usize = 8 * 1024;

/// Most bytes of the headers of a request. From some 256 KiB on the connection is cut with a bare 431.
pub const MAX_HEADERS_BYTES: usize = 32 * 1024;

/// What a request can end with instead of its answer.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// A parameter that this address does not have.
    #[error("unknown parameter `{name}`; this address takes {allowed}")]
    UnknownParameter {
        /// What was given.
        name: String,
        /// What could be given.
        allowed: String,
    },
    /// A parameter given twice.
    #[error("parameter `{0}` is given more than once")]
    RepeatedParameter(String),
    /// A parameter that must be there.
    #[error("parameter `{0}` is missing")]
    MissingParameter(&'static str),
    /// A parameter that cannot be read.
    #[error("parameter `{name}`: {reason}")]
    BadParameter {
        /// Which.
        name: &'static str,
        /// Why.
        reason: ParameterError,
    },
    /// The address is too long.
    #[error("the address is longer than {MAX_ADDRESS_BYTES} bytes; ask for less at once")]
    LongAddress,
    /// The headers are too many or too long.
    #[error(
        "the headers of the request are longer than {MAX_HEADERS_BYTES} bytes; send fewer cookies or other headers"
    )]
    LongHeaders,
    /// No coding of the body that both sides know.
    #[error("`Accept-Encoding` allows none of identity, br, gzip, deflate, zstd; leave it out")]
    NotAcceptable,
    /// A part of a file that it does not have.
    #[error("the file has {length} bytes, and `Range` asks for others")]
    RangeNotSatisfiable {
        /// Bytes of the file.
        length: u64,
    },
    /// No such address, layer, incident or import.
    #[error("there is no {what} `{id}`")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// The address does not take this method.
    #[error("this address takes {0}")]
    MethodNotAllowed(&'static str),
    /// No token, or a wrong one.
    #[error("{0}; make one with `incident-map token create` and send it as `Authorization: Bearer …`")]
    Unauthorized(&'static str),
    /// The body is too large.
    #[error("the file is larger than {limit_bytes} bytes; split it, or load it with `incident-map import`")]
    TooLarge {
        /// The most that is taken.
        limit_bytes: u64,
    },
    /// The body is of another kind.
    #[error(
        "`{0}` cannot be loaded; send `multipart/form-data` with a field `file`, or the file itself as CSV, XLSX, ODS, GeoJSON or gzip of one"
    )]
    UnsupportedMediaType(String),
    /// The body cannot be read as announced.
    #[error("the request body cannot be read: {0}")]
    BadBody(String),
    /// The file as a whole cannot be loaded; nothing of it was.
    #[error("nothing of the file was loaded: {reason}")]
    BadFile {
        /// The import that says so; a preview is none.
        import: Option<String>,
        /// Why.
        reason: String,
    },
    /// A preset is not kept.
    #[error("{0}")]
    PresetNotKept(String),
    /// An import cannot be taken back.
    #[error("{reason}")]
    CannotUndo {
        /// Which.
        import: String,
        /// Why, and what to do.
        reason: String,
    },
    /// Too much waits already.
    #[error("{0}; try again in a few seconds")]
    Busy(&'static str),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An upload cannot be kept.
    #[error("the upload cannot be kept: {0}")]
    Upload(#[source] std::io::Error),
    /// The incidents do not become a workbook.
    #[error(transparent)]
    Workbook(#[from] SheetError),
    /// A tile cannot be made.
    #[error(transparent)]
    Tile(#[from] TileError),
    /// The program was asked to end while it worked.
    #[error("the server is stopping; try again")]
    Stopping,
}

/// Why a parameter cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ParameterError {
    /// Not a box.
    #[error(transparent)]
    Bbox(#[from] BboxError),
    /// Not a time.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// Not one of the words.
    #[error(transparent)]
    Word(#[from] UnknownWord),
    /// Not part of a query.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// Not an id.
    #[error(transparent)]
    Id(#[from] IncidentIdError),
    /// Too many bins.
    #[error(transparent)]
    Bins(#[from] TooManyBins),
    /// Not a zoom level.
    #[error("`{0}` is not a zoom level; expected a whole number from 0 to 28")]
    Zoom(String),
    /// More than a screen shows.
    #[error("at zoom {0} it is more than 64 tiles of 256 pixels wide or high; ask for a part, or for a lower `zoom`")]
    WideForZoom(u32),
    /// Not a whole number from 1 on.
    #[error("`{0}` is not a whole number from 1 on")]
    Count(String),
    /// Something that there is not.
    #[error("there is no {what} `{value}`")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// Its name or id.
        value: String,
    },
    /// Nothing given.
    #[error("it is empty; leave it out instead")]
    Empty,
    /// Not UTF-8.
    #[error("it is not percent-encoded UTF-8")]
    Encoding,
    /// Too long.
    #[error("it is longer than {0} characters")]
    TooLong(usize),
    /// A backslash before something else than a comma or backslash.
    #[error("`\\` stands before a comma or a backslash only")]
    Escape,
}

#[derive(Serialize)]
struct Problem<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    import: Option<&'a str>,
}

impl ApiError {
    /// The last part of the problem type; each has a line in docs/ERRORS.md.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownParameter { .. } => "unknown-parameter",
            Self::RepeatedParameter(_) => "repeated-parameter",
            Self::MissingParameter(_) => "missing-parameter",
            Self::BadParameter { .. } => "bad-parameter",
            Self::LongAddress => "long-address",
            Self::LongHeaders => "long-headers",
            Self::NotAcceptable => "not-acceptable",
            Self::RangeNotSatisfiable { .. } => "range-not-satisfiable",
            Self::NotFound { .. } => "not-found",
            Self::MethodNotAllowed(_) => "method-not-allowed",
            Self::Unauthorized(_) => "unauthorized",
            Self::TooLarge { .. } => "too-large",
            Self::UnsupportedMediaType(_) => "unsupported-media-type",
            Self::BadBody(_) => "bad-body",
            Self::BadFile { .. } => "bad-file",
            Self::CannotUndo { .. } => "cannot-undo",
            Self::PresetNotKept(_) => "preset-not-kept",
            Self::Store(StoreError::ReadOnly) => "read-only",
            Self::Busy(_) | Self::Store(StoreError::Busy(_) | StoreError::Locked) => "busy",
            Self::Stopping => "stopping",
            Self::Store(
                StoreError::Folder { .. }
                | StoreError::Open { .. }
                | StoreError::Newer { .. }
                | StoreError::Unreleased { .. }
                | StoreError::Database(_)
                | StoreError::Snapshot(_)
                | StoreError::Unsteady
                | StoreError::SnapshotFile(_)
                | StoreError::ProblemFile(_)
                | StoreError::Damaged { .. },
            ) => "store-failed",
            Self::Store(StoreError::NoSpace) => "no-space-left",
            Self::Upload(_) => "upload-failed",
            Self::Workbook(_) => "no-workbook",
            Self::Tile(_) => "no-tile",
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::UnknownParameter { .. } => "Unknown parameter",
            Self::RepeatedParameter(_) => "Repeated parameter",
            Self::MissingParameter(_) => "Missing parameter",
            Self::BadParameter { .. } => "Parameter cannot be read",
            Self::LongAddress => "Address too long",
            Self::LongHeaders => "Headers too long",
            Self::NotAcceptable => "Not acceptable",
            Self::RangeNotSatisfiable { .. } => "Range not satisfiable",
            Self::NotFound { .. } => "Not found",
            Self::MethodNotAllowed(_) => "Method not allowed",
            Self::Unauthorized(_) => "A token is needed",
            Self::TooLarge { .. } => "File too large",
            Self::UnsupportedMediaType(_) => "Unsupported media type",
            Self::BadBody(_) => "Body cannot be read",
            Self::BadFile { .. } => "File cannot be loaded",
            Self::CannotUndo { .. } => "Import cannot be taken back",
            Self::PresetNotKept(_) => "Preset not kept",
            Self::Store(StoreError::ReadOnly) => "The database is read-only",
            Self::Busy(_) | Self::Store(StoreError::Busy(_) | StoreError::Locked) => "Busy",
            Self::Stopping => "Stopping",
            Self::Store(StoreError::NoSpace) => "No space left",
            Self::Store(_) => "The store failed",
            Self::Upload(_) => "The upload cannot be kept",
            Self::Workbook(_) => "Not a workbook",
            Self::Tile(_) => "Not a tile",
        }
    }

    fn parameter(&self) -> Option<&str> {
        match self {
            Self::UnknownParameter { name, .. } | Self::RepeatedParameter(name) => Some(name),
            Self::MissingParameter(name) | Self::BadParameter { name, .. } => Some(name),
            _ => None,
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::UnknownParameter { .. }
            | Self::RepeatedParameter(_)
            | Self::MissingParameter(_)
            | Self::BadParameter { .. }
            | Self::BadBody(_) => StatusCode::BAD_REQUEST,
            Self::LongAddress => StatusCode::URI_TOO_LONG,
            Self::LongHeaders => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::RangeNotSatisfiable { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::CannotUndo { .. } | Self::PresetNotKept(_) => StatusCode::CONFLICT,
            Self::Store(StoreError::ReadOnly) => StatusCode::FORBIDDEN,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BadFile { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Busy(_) | Self::Stopping | Self::Store(StoreError::Busy(_) | StoreError::Locked) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Store(
                StoreError::Folder { .. }
                | StoreError::Open { .. }
                | StoreError::Newer { .. }
                | StoreError::Unreleased { .. }
                | StoreError::Database(_)
                | StoreError::Snapshot(_)
                | StoreError::Unsteady
                | StoreError::SnapshotFile(_)
                | StoreError::ProblemFile(_)
                | StoreError::Damaged { .. },
            ) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Upload(_) | Self::Store(StoreError::NoSpace) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Workbook(SheetError::Unwritable(_)) | Self::Tile(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Workbook(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        if status.is_server_error() {
            tracing::error!(error = ?self, "request failed");
        }
        let mut response = HttpResponse::build(status);
        response.insert_header((CACHE_CONTROL, "no-store"));
        match self {
            Self::MethodNotAllowed(methods) => {
                response.insert_header((ALLOW, *methods));
            }
            Self::Unauthorized(_) => {
                response.insert_header((WWW_AUTHENTICATE, "Bearer"));
            }
            Self::RangeNotSatisfiable { length } => {
                response.insert_header((CONTENT_RANGE, format!("bytes */{length}")));
            }
            Self::NotAcceptable => {
                response.insert_header((VARY, "Accept-Encoding"));
            }
            _ if status == StatusCode::SERVICE_UNAVAILABLE => {
                response.insert_header((RETRY_AFTER, RETRY_AFTER_S));
            }
            _ => {}
        }
        let problem = Problem {
            kind: format!("/problems/{}", self.code()),
            title: self.title(),
            status: status.as_u16(),
            detail: self.to_string(),
            parameter: self.parameter(),
            import: match self {
                Self::BadFile { import, .. } => import.as_deref(),
                Self::CannotUndo { import, .. } => Some(import),
                _ => None,
            },
        };
        response
            .content_type("application/problem+json")
            .body(serde_json::to_string(&problem).expect("a struct of texts and a number always becomes JSON"))
    }
}
