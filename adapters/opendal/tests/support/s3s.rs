//! An S3 server in this process that can be made to fail.

use bytes::Bytes;
use desktop_delivery_opendal_testing::s3::{ACCESS_KEY, BUCKET, SECRET_KEY};
use futures_util::{StreamExt as _, stream};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A planned failure of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The response body is cut off after this many bytes.
    Cut(usize),
    /// The request is carried out, but its response is lost.
    Lose,
    /// The request is refused with this status.
    Refuse(u16),
}

/// A failure of the next request with this method and address.
struct Planned {
    method: &'static str,
    part_of_address: &'static str,
    fault: Fault,
}

pub(crate) struct S3sServer {
    pub(crate) endpoint: String,
    folder: TempDir,
    planned: Arc<Mutex<VecDeque<Planned>>>,
    task: JoinHandle<()>,
}

type Body = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

impl S3sServer {
    /// Starts the server on a free port, with an empty bucket.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        std::fs::create_dir(folder.path().join(BUCKET)).expect("a folder can be made");
        let files = s3s_fs::FileSystem::new(folder.path()).expect("the folder can be served");
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("it has an address"));
        let planned = Arc::<Mutex<VecDeque<Planned>>>::default();
        let task = tokio::spawn(serve(listener, service, Arc::clone(&planned)));
        Self { endpoint, folder, planned, task }
    }

    /// Plans a failure of the next request with this method whose address contains
    /// `part_of_address`.
    pub(crate) fn plan(&self, method: &'static str, part_of_address: &'static str, fault: Fault) {
        let mut planned = self.planned.lock().expect("no test panics while it plans");
        planned.push_back(Planned { method, part_of_address, fault });
    }

    /// Returns whether every planned failure has happened.
    pub(crate) fn has_struck(&self) -> bool {
        self.planned.lock().expect("no test panics while it plans").is_empty()
    }

    /// Returns the folder in which the objects are stored as files.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for S3sServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, service: S3Service, planned: Arc<Mutex<VecDeque<Planned>>>) {
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        // Otherwise small responses would wait for the client's acknowledgment.
        let _ = socket.set_nodelay(true);
        let (service, planned) = (service.clone(), Arc::clone(&planned));
        let answer = service_fn(move |request| {
            let (service, planned) = (service.clone(), Arc::clone(&planned));
            async move { answer(&service, &planned, request).await }
        });
        let connection = hyper::server::conn::http1::Builder::new();
        let connection = connection.serve_connection(TokioIo::new(socket), answer);
        tokio::spawn(async move {
            let _ = connection.await;
        });
    }
}

async fn answer(
    service: &S3Service,
    planned: &Mutex<VecDeque<Planned>>,
    request: Request<Incoming>,
) -> Result<Response<Body>, io::Error> {
    let address = request.uri().to_string();
    let fault = {
        let planned = &mut *planned.lock().expect("no test panics while it plans");
        let struck = planned.iter().position(|planned| {
            planned.method == request.method().as_str() && address.contains(planned.part_of_address)
        });
        struck.and_then(|at| planned.remove(at)).map(|planned| planned.fault)
    };
    if let Some(Fault::Refuse(status)) = fault {
        let mut refused = Response::new(Full::new(Bytes::new()).map_err(Into::into).boxed_unsync());
        *refused.status_mut() = StatusCode::from_u16(status).expect("it is a status");
        return Ok(refused);
    }
    let done = service.call(request.map(s3s::Body::from)).await;
    let done = done.map_err(|_| io::Error::other("the service failed"))?;
    match fault {
        Some(Fault::Lose) => Err(io::ErrorKind::ConnectionReset.into()),
        Some(Fault::Cut(after)) => {
            let (head, body) = done.into_parts();
            let whole = BodyExt::collect(body).await.expect("the body is whole").to_bytes();
            let first = async move { Ok(Frame::data(whole.slice(..after))) };
            let broken = async {
                // Gives the preceding bytes time to be sent.
                tokio::time::sleep(Duration::from_millis(200)).await;
                Err(io::Error::from(io::ErrorKind::ConnectionReset).into())
            };
            let body = StreamBody::new(stream::once(first).chain(stream::once(broken)));
            Ok(Response::from_parts(head, body.boxed_unsync()))
        }
        _ => Ok(done.map(|body| body.map_err(Into::into).boxed_unsync())),
    }
}
