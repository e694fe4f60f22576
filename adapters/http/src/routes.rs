use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, delete, get, post, put};
use http::Method;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// A method and the path that it is routed by.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// The method. A route of GET also answers HEAD.
    pub method: Method,
    /// The path with its parameters in braces, as in `/d/{token}`, without the path under which a
    /// host nests the router.
    pub path: String,
    /// The `operationId` in the OpenAPI document; `None` for routes outside the document.
    pub operation: Option<String>,
}

/// A router together with the list of its routes. Every route is registered here once; the router
/// and the list are built from it. Not part of the public API.
#[doc(hidden)]
#[derive(Debug)]
pub struct Routes<S> {
    router: Router<S>,
    list: Vec<Route>,
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self { router: Router::new(), list: Vec::new() }
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn get<T: 'static>(self, path: &str, handler: impl Handler<T, S>) -> Self {
        self.add(Method::GET, path, get(handler))
    }

    #[must_use]
    pub fn post<T: 'static>(self, path: &str, handler: impl Handler<T, S>) -> Self {
        self.add(Method::POST, path, post(handler))
    }

    #[must_use]
    pub fn put<T: 'static>(self, path: &str, handler: impl Handler<T, S>) -> Self {
        self.add(Method::PUT, path, put(handler))
    }

    #[must_use]
    pub fn delete<T: 'static>(self, path: &str, handler: impl Handler<T, S>) -> Self {
        self.add(Method::DELETE, path, delete(handler))
    }

    /// Adds the target of a form, and the response to GET of its address, which is not a route of
    /// its own: it redirects or fails.
    pub(crate) fn form<T: 'static, U: 'static>(
        self,
        path: &str,
        submitted: impl Handler<T, S>,
        opened: impl Handler<U, S>,
    ) -> Self {
        self.add(Method::POST, path, post(submitted).get(opened))
    }

    fn add(mut self, method: Method, path: &str, handlers: MethodRouter<S>) -> Self {
        self.list.push(Route { method, path: path.to_owned(), operation: None });
        self.router = self.router.route(path, handlers);
        self
    }

    /// Adds the operations of an OpenAPI document.
    #[must_use]
    pub fn operations(mut self, operations: OpenApiRouter<S>) -> Self {
        let (router, document) = operations.split_for_parts();
        self.list.extend(listed(document));
        self.router = self.router.merge(router);
        self
    }

    /// Handles every other path below `prefix`, once nested there.
    pub(crate) fn fallback<T: 'static>(mut self, handler: impl Handler<T, S>) -> Self {
        self.router = self.router.fallback(handler);
        self
    }

    pub(crate) fn nest(mut self, prefix: &str, other: Self) -> Self {
        let nested = other.list.into_iter();
        self.list
            .extend(nested.map(|route| Route { path: prefix.to_owned() + &route.path, ..route }));
        self.router = self.router.nest(prefix, other.router);
        self
    }

    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.list.extend(other.list);
        self.router = self.router.merge(other.router);
        self
    }

    pub fn into_router(self) -> Router<S> {
        self.router
    }

    #[must_use]
    pub fn into_list(self) -> Vec<Route> {
        self.list
    }
}

fn listed(document: OpenApi) -> impl Iterator<Item = Route> {
    document.paths.paths.into_iter().flat_map(|(path, item)| {
        let operations = [
            (Method::GET, item.get),
            (Method::PUT, item.put),
            (Method::POST, item.post),
            (Method::DELETE, item.delete),
            (Method::PATCH, item.patch),
        ];
        operations.into_iter().filter_map(move |(method, operation)| {
            Some(Route { method, path: path.clone(), operation: operation?.operation_id })
        })
    })
}
