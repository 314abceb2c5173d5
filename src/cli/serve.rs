//! `demo` and `serve`.

use super::{DONE, DemoArgs, ServeArgs, config, import};
use crate::config::{Config, DEMO_FILE, DEMO_INCIDENTS, MORE_PORTS, USUAL_BIND};
use crate::geocode::Geocoder;
use crate::http::{self, LazyGeocoder, Settings};
use crate::ingest::ReadOptions;
use crate::live::Live;
use crate::load::{Loader, dataset_of};
use crate::store::{Keep, Store, token_sha256};
use crate::{clock, memory};
use anyhow::Context;
use std::io::{ErrorKind, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};

pub(super) fn demo(args: DemoArgs) -> anyhow::Result<ExitCode> {
    memory::keep_small();
    let config = config(args.db, args.gazetteer, Some(args.network))?;
    let (store, geocoder) = open(&config)?;
    let dataset = dataset_of(DEMO_FILE);
    let job = import::new_job(DEMO_FILE, dataset, true, ReadOptions::default());
    let loader = Loader { store: &store, geocoder: &geocoder, now: &clock::now, problems: None, stop: None };
    let import = import::load(&loader, &DEMO_INCIDENTS.into(), &job, Keep::GoodRows, &|| ())
        .with_context(|| format!("nothing of `{DEMO_FILE}` was loaded"))?;
    import::print_words(&import, None)?;
    let token = clock::new_token();
    run(config, store, ready(geocoder), Some(&token))
}

pub(super) fn serve(args: ServeArgs) -> anyhow::Result<ExitCode> {
    memory::keep_small();
    let config = config(args.store.db, args.gazetteer, Some(args.network))?;
    if !config.is_bundled_alone() {
        // Errors in the operator's own files are told at the start.
        let (store, geocoder) = open(&config)?;
        return run(config, store, ready(geocoder), None);
    }
    let store = Store::open(&config.db)?;
    let (gazetteers, db) = (config.gazetteers.clone(), config.db.clone());
    let made = move || {
        let gazetteer = Config { gazetteers, ..Config::new(db) }.gazetteer();
        Geocoder::new(Arc::new(gazetteer.expect("the bundled gazetteer has no errors: a test sees to it")))
    };
    let geocoder: Arc<LazyGeocoder> = Arc::new(LazyLock::new(Box::new(made)));
    let soon = Arc::clone(&geocoder);
    std::thread::spawn(move || {
        LazyLock::force(&soon);
        memory::give_back();
    });
    run(config, store, geocoder, None)
}

fn ready(geocoder: Geocoder) -> Arc<LazyGeocoder> {
    Arc::new(LazyLock::new(Box::new(|| geocoder)))
}

/// The store and the geocoder of a configuration.
pub(super) fn open(config: &Config) -> anyhow::Result<(Store, Geocoder)> {
    let geocoder = Geocoder::new(Arc::new(config.gazetteer()?));
    Ok((Store::open(&config.db)?, geocoder))
}

fn run(
    config: Config,
    store: Store,
    geocoder: Arc<LazyGeocoder>,
    session_token: Option<&str>,
) -> anyhow::Result<ExitCode> {
    for layer in &config.named_layers {
        // The gazetteer is waited for only when it is asked.
        if let Some(place) = &layer.filter.place
            && geocoder.gazetteer().place(place).is_none()
        {
            anyhow::bail!("configuration file: `place` of layer `{}`: the gazetteer has no place `{place}`", layer.id);
        }
    }
    let listener = listen(config.bind)?;
    let address = listener.local_addr().context("cannot learn the address of the server")?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "Map:     http://{address}/")?;
    match session_token {
        Some(token) => writeln!(
            out,
            "Load:    http://{address}/#token={token}  (this link may load files until the program ends)"
        )?,
        None => writeln!(
            out,
            "Load:    files are taken with a token: `incident-map token create --db {}`",
            config.db.display()
        )?,
    }
    writeln!(out, "Layers:  http://{address}/layers\nStop with Ctrl-C.")?;
    out.flush()?;
    drop(out);
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "listening beyond this machine: everybody who reaches the port can read all incidents");
    }
    let live = Live::open(&store)?;
    let run: String = clock::random_bytes::<6>().iter().map(|byte| format!("{byte:02x}")).collect();
    let settings = Settings {
        session_token: session_token.map(token_sha256),
        base_map: config.base_map,
        max_upload_bytes: config.max_upload_bytes,
        kept_bytes: config.kept_bytes,
        named_layers: config.named_layers,
        layers_mark: match config.layers_text.as_str() {
            "" => String::new(),
            text => token_sha256(text)[..6].iter().map(|byte| format!("{byte:02x}")).collect(),
        },
        run,
    };
    actix_web::rt::System::new()
        .block_on(async move { http::server(listener, store, live, geocoder, settings)?.await })
        .context("the server failed")?;
    Ok(ExitCode::from(DONE))
}

/// A socket at the address asked for; without one at the usual address or the next free port.
fn listen(bind: Option<SocketAddr>) -> anyhow::Result<TcpListener> {
    if let Some(address) = bind {
        return TcpListener::bind(address)
            .with_context(|| format!("cannot listen on {address}; choose another --bind"));
    }
    let mut address = USUAL_BIND;
    for port in USUAL_BIND.port()..=USUAL_BIND.port() + MORE_PORTS {
        address.set_port(port);
        match TcpListener::bind(address) {
            Ok(listener) => {
                if port != USUAL_BIND.port() {
                    writeln!(std::io::stdout(), "Port {} is taken; using {port}.", USUAL_BIND.port())?;
                }
                return Ok(listener);
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(error).with_context(|| format!("cannot listen on {address}")),
        }
    }
    anyhow::bail!("ports {} to {} are all taken; choose one with --bind", USUAL_BIND.port(), address.port())
}
