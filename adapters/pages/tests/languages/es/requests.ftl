list-supply = Solicitudes por atender
list-supply-lead = Lo que otras bibliotecas piden a la suya; primero lo más reciente.
list-supply-other = Biblioteca solicitante
list-borrow = Solicitudes de su biblioteca
list-borrow-lead = Lo que su biblioteca pide a otras; primero lo más reciente.
list-borrow-other = Biblioteca prestadora
list-search = Título, fuente o número
list-status = Estado
list-any-status = Cualquiera
list-waiting = En espera de respuesta
list-show = Mostrar
list-request = Solicitud
list-files = Documentos
list-other-number = para ellos, { $number }
list-none = Todavía no hay solicitudes. Aparecerán aquí en cuanto se conozcan.
list-none-found = Ninguna solicitud coincide.
list-all = Mostrar todas las solicitudes
list-pages = Páginas
list-first = Primera página
list-next = Página siguiente

waits-cancel = Cancelación solicitada
waits-asks = { $n ->
    [one] Prórroga solicitada
   *[other] { $n } prórrogas solicitadas
}
waits-problems = { $n ->
    [one] Un problema notificado
   *[other] { $n } problemas notificados
}
files-attached = { $n ->
    [0] Sin documentos
    [one] 1 documento
   *[other] { $n } documentos
}

budget-partner = Biblioteca asociada
budget-patron = Usuario
budget-staff = Personal de la biblioteca solicitante
file-days = { $n ->
    [0] Hasta el final del día del envío
    [one] 1 día desde el envío
   *[other] { $n } días desde el envío
}
file-ended = Venció el { $day }
file-purged = Se eliminó el { $day }, después de vencer
file-recalled = El documento anterior era incorrecto y se reemplazó el { $day }. Elimínelo; aquí está el correcto.

notice-of-cancel-requested = Cancelación solicitada
notice-of-more-granted = Prórroga concedida
notice-of-more-requested = Prórroga solicitada
notice-of-problem-answered = Problema respondido
notice-of-problem-reported = Problema notificado
notice-of-received = Recibida con documentos
notice-of-replaced = Documento reemplazado
notice-of-shipped = Enviada, con el enlace
notice-of-other = Aviso
notice-to-partner = a la biblioteca solicitante, que no tiene cuenta
notice-to-patron = al usuario
notice-to-supplier = a la biblioteca prestadora
notice-to-requester = a la biblioteca solicitante
notice-sent = Aceptado por el servidor de correo
notice-skipped = No se envió: ya no hace falta, o la biblioteca desactivó este aviso
notice-waiting = A punto de enviarse
notice-tried = { $n ->
    [one] Un intento; habrá otro
   *[other] { $n } intentos; habrá otro
}
notice-sent-partly = Aceptado por el servidor de correo, excepto para { $addresses }
notice-failed-invalid-address = No se envió: la dirección de correo registrada no es válida. Corríjala y vuelva a enviarlo.
notice-failed-unsupported = No se envió: nuestro servidor de correo no admite letras acentuadas ni no latinas delante de la arroba. Escriba otra dirección y vuelva a enviarlo.
notice-failed-no-address = No se envió: no se conoce ninguna dirección de correo
notice-failed-tries = No se envió: no se pudo contactar con el servidor de correo
notice-failed-refused = Rechazado por el servidor de correo
