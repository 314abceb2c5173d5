//! The server: all addresses on one page. docs/API.md says what each gives.
//!
//! Handlers parse, ask and encode; nothing is decided here. Read [`routes`] first.

mod answer;
mod app;
mod assets;
mod auth;
mod dry_runs;
mod edges;
mod error;
mod geocode;
mod imports;
mod incidents;
mod items;
mod layers;
mod map;
mod named;
mod packing;
mod params;
mod presets;
mod tiles;
mod views;
mod worker;

pub use app::{App, LazyGeocoder, Settings};
pub use error::{ApiError, MAX_ADDRESS_BYTES, MAX_HEADERS_BYTES, ParameterError};
pub use named::{MAX_NAMED_LAYERS, NamedLayer, NamedLayerError, named_layers};
pub use worker::Running;

use crate::live::Live;
use crate::store::Store;
use actix_cors::Cors;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header::{ETAG, IF_NONE_MATCH, LINK};
use actix_web::middleware::{Compress, DefaultHeaders, from_fn};
use actix_web::web::{self, Data};
use actix_web::{
    App as ActixApp, Error, FromRequest, Handler, HttpRequest, HttpResponse, HttpServer, Resource, Responder, guard,
};
use answer::Kept;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

/// How long answers under way may take when the server is asked to end.
const SHUTDOWN_S: u64 = 10;

/// Threads of each worker that work out answers. More would only take turns and hold memory.
const BLOCKING_THREADS: usize = 8;

/// A head that is not complete by then is cut off.
const REQUEST_HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// Largest upload unless the operator says otherwise: 256 MiB.
pub const MAX_UPLOAD_BYTES: u64 = 256 * 1024 * 1024;

/// Memory for answers that are kept unless the operator says otherwise: 48 MiB.
pub const KEPT_BYTES: u64 = 48 * 1024 * 1024;

/// An address that is read.
fn reads<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .route(web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to(handler))
        .default_service(web::to(|| async { ApiError::MethodNotAllowed("GET, HEAD").error_page() }))
}

/// All addresses.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        // Addresses are compared one after the other: first those that are asked most.
        .service(reads("/layers/{layer}/tiles/{z}/{x}/{y}.mvt", tiles::tile))
        .service(reads("/layers/{layer}/items/{id}", items::item))
        .service(reads("/", assets::page))
        .service(reads("/layers", layers::list))
        .service(reads("/layers/{layer}.geojson", items::items))
        .service(reads("/layers/{layer}.csv", items::table))
        .service(reads("/layers/{layer}.xlsx", items::workbook))
        .service(reads("/layers/{layer}/ids.json", items::ids))
        .service(reads("/layers/{layer}/tiles.json", tiles::description))
        .service(reads("/layers/{layer}/clusters.geojson", views::clusters_view))
        .service(reads("/layers/{layer}/places.geojson", views::places_view))
        .service(reads("/layers/{layer}/areas.geojson", views::areas_view))
        .service(reads("/layers/{layer}/unlocated.geojson", items::unlocated))
        .service(reads("/layers/{layer}/histogram.json", views::histogram_view))
        .service(reads("/layers/{layer}/counts.json", views::counts_view))
        .service(reads("/layers/{layer}/duplicates.json", views::duplicates_view))
        .service(reads("/api/incidents/{id}", incidents::story))
        .service(
            web::resource("/api/imports")
                .route(web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to(imports::list))
                .route(web::post().to(imports::create))
                .default_service(web::to(|| async { ApiError::MethodNotAllowed("GET, HEAD, POST").error_page() })),
        )
        .service(
            web::resource("/api/imports/{id}")
                .route(web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to(imports::one))
                .route(web::delete().to(imports::undo))
                .default_service(web::to(|| async { ApiError::MethodNotAllowed("GET, HEAD, DELETE").error_page() })),
        )
        .service(reads("/api/imports/{id}/problems.csv", imports::problems))
        .service(reads("/api/presets", presets::list))
        .service(
            web::resource("/api/presets/{name}")
                .route(web::put().to(presets::keep))
                .route(web::delete().to(presets::forget))
                .default_service(web::to(|| async { ApiError::MethodNotAllowed("PUT, DELETE").error_page() })),
        )
        .service(
            web::resource("/api/geocode")
                .route(web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to(geocode::geocode))
                .route(web::post().to(geocode::geocode_lines))
                .default_service(web::to(|| async { ApiError::MethodNotAllowed("GET, HEAD, POST").error_page() })),
        )
        .service(reads("/map/config.json", map::config))
        .service(reads("/map/countries.json", map::countries))
        .service(reads("/map/labels.geojson", map::labels))
        .service(reads("/healthz", healthy))
        .service(reads("/readyz", readiness))
        .service(reads("/{file}", assets::asset))
        .default_service(web::to(|request: HttpRequest| async move {
            ApiError::NotFound { what: "address", id: request.path().to_owned() }.error_page()
        }));
}

impl ApiError {
    fn error_page(self) -> HttpResponse {
        actix_web::ResponseError::error_response(&self)
    }
}

async fn healthy() -> HttpResponse {
    answer::json(&mut HttpResponse::Ok(), "application/json", &serde_json::json!({ "status": "ok" }))
}

async fn readiness(app: Data<App>) -> Result<HttpResponse, ApiError> {
    app.ask(|app| Ok(app.store.commit()?)).await.map_err(|_| ApiError::Busy("the store does not answer"))?;
    Ok(answer::json(&mut HttpResponse::Ok(), "application/json", &serde_json::json!({ "status": "ready" })))
}

/// The whole application: addresses and what goes around each.
pub fn application(
    app: App,
) -> ActixApp<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl actix_web::body::MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    // Reading is open to every origin without credentials; writing needs a token that no other page has.
    let cors = Cors::default()
        .allow_any_origin()
        .send_wildcard()
        .allowed_methods(["GET", "HEAD"])
        .allowed_header(IF_NONE_MATCH)
        .expose_headers([ETAG, LINK])
        .max_age(3600)
        .block_on_origin_mismatch(false);
    ActixApp::new()
        .app_data(Data::new(app))
        .wrap(edges::HEADERS_OF_ALL.into_iter().fold(DefaultHeaders::new(), |headers, header| headers.add(header)))
        .wrap(cors)
        .wrap(Compress::default())
        .wrap(from_fn(edges::edges))
        .configure(routes)
}

/// A server on a socket that already listens. Run it inside an actix system; it ends at SIGTERM or SIGINT.
///
/// # Errors
/// The socket cannot be used.
pub fn server(
    listener: TcpListener,
    store: Store,
    live: Arc<Live>,
    geocoder: Arc<LazyGeocoder>,
    settings: Settings,
) -> std::io::Result<Server> {
    let (queue, receiver) = worker::queue();
    let kept = Arc::new(Kept::new(settings.kept_bytes));
    let app = App {
        store,
        geocoder,
        live,
        kept,
        streams: app::Streams::default(),
        queue,
        running: Arc::default(),
        dry_runs: Arc::default(),
        settings: Arc::new(settings),
    };
    let left = worker::left_behind(&app.store);
    actix_web::rt::spawn(worker::work(app.clone(), left, receiver));
    Ok(HttpServer::new(move || application(app.clone()))
        .client_request_timeout(REQUEST_HEAD_TIMEOUT)
        .worker_max_blocking_threads(BLOCKING_THREADS)
        .shutdown_timeout(SHUTDOWN_S)
        .listen(listener)?
        .run())
}
