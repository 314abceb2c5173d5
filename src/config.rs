//! What was typed and what stands in the environment, as one checked configuration.

use crate::disk::{self, OpenError};
use crate::gazetteer::{Gazetteer, GazetteerErrors, GazetteerFile};
use crate::http::{NamedLayer, NamedLayerError, named_layers};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// The gazetteer inside the binary.
const BUNDLED_GAZETTEER: &[u8] = include_bytes!("../data/gazetteer.csv");

/// What stands for it among gazetteer files.
const BUNDLED_WORD: &str = "bundled";

/// The example inside the binary.
pub const DEMO_INCIDENTS: &[u8] = include_bytes!("../data/incidents/january-2022.csv");

/// The name of the example's file.
pub const DEMO_FILE: &str = "january-2022.csv";

/// Where the server listens unless told otherwise: this machine only.
pub const USUAL_BIND: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// Ports tried after [`USUAL_BIND`] when it is taken.
pub const MORE_PORTS: u16 = 50;

/// Bytes of one MiB, in which the command line counts.
pub const MIB: u64 = 1024 * 1024;

/// Largest base map file, bytes.
const MAX_BASE_MAP_BYTES: u64 = 64 * MIB;

/// Largest configuration file, bytes.
const MAX_CONFIG_BYTES: u64 = MIB;

/// Everything the commands need to know.
#[derive(Debug)]
pub struct Config {
    /// Database file.
    pub db: PathBuf,
    /// Where places come from, the deployer's own files first; or one compiled gazetteer.
    pub gazetteers: Vec<Source>,
    /// Where to listen; `None` is [`USUAL_BIND`] or the next free port.
    pub bind: Option<SocketAddr>,
    /// Base map instead of the bundled one.
    pub base_map: Option<Vec<u8>>,
    /// Largest upload, bytes.
    pub max_upload_bytes: u64,
    /// Memory for answers that are kept, bytes.
    pub kept_bytes: u64,
    /// Layers that the operator names.
    pub named_layers: Vec<NamedLayer>,
    /// The text that names them.
    pub layers_text: String,
}

/// Where places come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// The gazetteer inside the binary.
    Bundled,
    /// A file.
    Path(PathBuf),
}

impl Source {
    fn file(&self) -> GazetteerFile {
        match self {
            Self::Bundled => GazetteerFile::new("the bundled gazetteer".to_owned(), || Ok(Box::new(BUNDLED_GAZETTEER))),
            Self::Path(path) => disk::gazetteer_file(path),
        }
    }
}

/// What is wrong with what was typed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("cannot read {what} `{path}`: {source}")]
    Unreadable {
        /// What it is for.
        what: &'static str,
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Gazetteer files have errors.
    #[error(transparent)]
    Gazetteer(#[from] GazetteerErrors),
    /// A compiled gazetteer cannot be opened.
    #[error(transparent)]
    Compiled(#[from] OpenError),
    /// A compiled gazetteer stands beside others.
    #[error(
        "`{path}` is a compiled gazetteer and holds all its sources: give it alone, or build it again from all files"
    )]
    CompiledAmongOthers {
        /// Which.
        path: PathBuf,
    },
    /// The base map is neither TopoJSON nor GeoJSON.
    #[error("base map `{path}`: expected TopoJSON with an object `countries`, or a GeoJSON FeatureCollection")]
    BaseMap {
        /// Which.
        path: PathBuf,
    },
    /// The configuration file is too large.
    #[error("configuration file `{path}` is larger than {MAX_CONFIG_BYTES} bytes")]
    FileTooLarge {
        /// Which.
        path: PathBuf,
    },
    /// The configuration file has an error.
    #[error("configuration file `{path}`: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Where and why.
        source: NamedLayerError,
    },
    /// The base map is too large.
    #[error("base map `{path}` is larger than {MAX_BASE_MAP_BYTES} bytes; simplify it")]
    BaseMapTooLarge {
        /// Which.
        path: PathBuf,
    },
}

impl Config {
    /// The usual choices with this database.
    #[must_use]
    pub fn new(db: PathBuf) -> Self {
        Self {
            db,
            gazetteers: vec![Source::Bundled],
            bind: None,
            base_map: None,
            max_upload_bytes: crate::http::MAX_UPLOAD_BYTES,
            kept_bytes: crate::http::KEPT_BYTES,
            named_layers: Vec::new(),
            layers_text: String::new(),
        }
    }

    /// With these gazetteer files instead of the bundled one, for which the word `bundled` stands; with none given, unchanged.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn with_gazetteers(mut self, files: &[PathBuf]) -> Result<Self, ConfigError> {
        if !files.is_empty() {
            self.gazetteers = files
                .iter()
                .map(|path| match path.to_str() {
                    Some(BUNDLED_WORD) => Ok(Source::Bundled),
                    _ => {
                        let unreadable =
                            |source| ConfigError::Unreadable { what: "gazetteer", path: path.clone(), source };
                        std::fs::File::open(path).map_err(unreadable)?;
                        Ok(Source::Path(path.clone()))
                    }
                })
                .collect::<Result<_, ConfigError>>()?;
        }
        Ok(self)
    }

    /// With these choices for the server.
    ///
    /// # Errors
    /// The base map cannot be read, is too large, or is of another form.
    pub fn with_network(
        mut self,
        bind: Option<SocketAddr>,
        base_map: Option<&Path>,
        max_upload_mib: u64,
        cache_mib: u64,
        file: Option<&Path>,
    ) -> Result<Self, ConfigError> {
        self.bind = bind;
        self.max_upload_bytes = max_upload_mib * MIB;
        self.kept_bytes = cache_mib * MIB;
        self.base_map = base_map.map(read_base_map).transpose()?;
        if let Some(path) = file {
            self.layers_text = read_config(path)?;
            self.named_layers = named_layers(&self.layers_text)
                .map_err(|source| ConfigError::File { path: path.to_owned(), source })?;
        }
        Ok(self)
    }

    /// Whether places come from the gazetteer inside the binary alone, which has no errors: a test sees to it.
    #[must_use]
    pub fn is_bundled_alone(&self) -> bool {
        matches!(self.gazetteers[..], [Source::Bundled])
    }

    /// The gazetteer: a compiled one is opened, other files are read and compiled in memory.
    ///
    /// # Errors
    /// A file has errors; all are listed. Or a compiled gazetteer is damaged, or not the only file.
    pub fn gazetteer(&self) -> Result<Gazetteer, ConfigError> {
        match (self.compiled(), &self.gazetteers[..]) {
            (Some(path), [_]) => Ok(disk::open_gazetteer(path)?),
            _ => Ok(Gazetteer::from_files(&self.gazetteer_files()?)?),
        }
    }

    /// The files that a gazetteer is read from.
    ///
    /// # Errors
    /// One of them is compiled already.
    pub fn gazetteer_files(&self) -> Result<Vec<GazetteerFile>, ConfigError> {
        match self.compiled() {
            Some(path) => Err(ConfigError::CompiledAmongOthers { path: path.to_owned() }),
            None => Ok(self.gazetteers.iter().map(Source::file).collect()),
        }
    }

    /// The compiled gazetteer among the files, when there is one.
    #[must_use]
    pub fn compiled(&self) -> Option<&Path> {
        let is_compiled = |source: &Source| source.file().beginning().is_ok_and(|bytes| Gazetteer::is_compiled(&bytes));
        self.gazetteers.iter().find_map(|source| match source {
            Source::Path(path) if is_compiled(source) => Some(path.as_path()),
            Source::Path(_) | Source::Bundled => None,
        })
    }
}

fn read(what: &'static str, path: &Path) -> Result<Vec<u8>, ConfigError> {
    std::fs::read(path).map_err(|source| ConfigError::Unreadable { what, path: path.to_owned(), source })
}

fn read_config(path: &Path) -> Result<String, ConfigError> {
    const WHAT: &str = "configuration file";
    let unreadable = |source| ConfigError::Unreadable { what: WHAT, path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(unreadable)?.len() > MAX_CONFIG_BYTES {
        return Err(ConfigError::FileTooLarge { path: path.to_owned() });
    }
    String::from_utf8(read(WHAT, path)?).map_err(|error| unreadable(std::io::Error::other(error.utf8_error())))
}

fn read_base_map(path: &Path) -> Result<Vec<u8>, ConfigError> {
    let size = std::fs::metadata(path)
        .map_err(|source| ConfigError::Unreadable { what: "base map", path: path.to_owned(), source })?
        .len();
    if size > MAX_BASE_MAP_BYTES {
        return Err(ConfigError::BaseMapTooLarge { path: path.to_owned() });
    }
    let bytes = read("base map", path)?;
    let wrong = || ConfigError::BaseMap { path: path.to_owned() };
    let json: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
    let is_topojson = json["type"] == "Topology" && json["objects"]["countries"].is_object();
    let is_geojson = json["type"] == "FeatureCollection" && json["features"].is_array();
    if is_topojson || is_geojson { Ok(bytes) } else { Err(wrong()) }
}
