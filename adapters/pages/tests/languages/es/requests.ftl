# Las listas de solicitudes y el estado de una solicitud.
list-supply = Solicitudes por atender
list-supply-lead = Solicitudes de otras bibliotecas; primero las más recientes.
list-supply-other = Biblioteca solicitante
list-borrow = Solicitudes de su biblioteca
list-borrow-lead = Solicitudes de su biblioteca a otras; primero las más recientes.
list-borrow-other = Biblioteca prestadora
list-search = Título, autor, fuente o número
list-status = Estado
list-any-status = Cualquier estado
list-waiting = Esperan una respuesta
list-show = Mostrar las solicitudes
list-request = Solicitud
list-files = Documentos
list-other-number = número de la otra biblioteca: { $number }
list-none = Todavía no hay solicitudes. Las nuevas aparecen aquí automáticamente.
list-none-found = Ninguna solicitud coincide con la búsqueda.
list-all = Mostrar todas las solicitudes
list-pages = Páginas
list-first = Primera página
list-next = Página siguiente

pending-cancellation = Cancelación solicitada
pending-extensions = { $n ->
    [one] Prórroga solicitada
   *[other] { $n } prórrogas solicitadas
}
pending-problems = { $n ->
    [one] Problema notificado
   *[other] { $n } problemas notificados
}
files-attached = { $n ->
    [0] Sin documentos
    [one] 1 documento
   *[other] { $n } documentos
}

budget-partner = Biblioteca solicitante
budget-patron = Usuario
budget-requester-staff = Personal de la biblioteca solicitante
file-days = { $n ->
    [0] Disponible hasta el final del día del envío
    [one] Disponible durante 1 día después del envío
   *[other] Disponible durante { $n } días después del envío
}
file-ended = Venció el { $day }
file-purged = Se eliminó el { $day }, después de su último día

notice-of-cancel-requested = Cancelación solicitada
notice-of-more-granted = Prórroga concedida
notice-of-more-requested = Prórroga solicitada
notice-of-problem-answered = Problema respondido
notice-of-problem-reported = Problema notificado
notice-of-received = Recibida, con documentos
notice-of-replaced = Documento reemplazado
notice-of-shipped = Enviada, con el enlace
notice-to-partner = a la biblioteca solicitante, que no tiene cuenta aquí
notice-to-patron = al usuario
notice-to-supplier-staff = a la biblioteca prestadora
notice-to-requester-staff = a la biblioteca solicitante
notice-sent = Aceptado por el servidor de correo
notice-skipped = No se envió: ya no hace falta, o la biblioteca lo desactivó
notice-waiting = Se enviará en breve
notice-tried = { $n ->
    [one] Se intentó una vez. Lo intentaremos de nuevo.
   *[other] Se intentó { $n } veces. Lo intentaremos de nuevo.
}
notice-sent-partly = Aceptado por el servidor de correo, excepto para { $addresses }
notice-failed-invalid-address = No se envió: la dirección de correo registrada no es válida. Corríjala y vuelva a enviarlo.
notice-failed-unsupported-address = No se envió: nuestro servidor de correo no admite letras acentuadas ni no latinas delante de la arroba. Escriba otra dirección y vuelva a enviarlo.
notice-failed-no-address = No se envió: no hay ninguna dirección de correo registrada
notice-failed-too-many-tries = No se envió: no se pudo contactar con el servidor de correo
notice-failed-refused = Rechazado por el servidor de correo
file-recalled = La biblioteca prestadora envió un documento equivocado y lo reemplazó el { $day }. Elimine cualquier copia que haya descargado antes.
citation-authors = Autores
citation-container = Revista o libro
citation-volume = Volumen
citation-issue = Número
citation-date = Fecha
citation-pages = Páginas
citation-issn = ISSN
citation-isbn = ISBN
citation-copyright = Declaración de derechos de autor
copyright-us-ccg = CCG: conforme a las directrices CONTU
copyright-us-ccl = CCL: conforme a otras disposiciones de la ley de derechos de autor
