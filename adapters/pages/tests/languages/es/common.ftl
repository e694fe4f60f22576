skip = Ir al contenido
nav = Secciones
nav-supply = Préstamos
nav-borrow = Solicitudes propias
nav-library = Datos de la biblioteca
sign-in = Iniciar sesión
sign-out = Cerrar sesión
# Una etiqueta y su valor en una línea.
labeled = { $label }: { $value }
save = Guardar

home-title = Entrega de documentos
home-lead = Artículos digitalizados para el préstamo interbibliotecario, mediante enlaces que una biblioteca envía a sus lectores.
home-readers = Lectores
home-readers-text = Consulte el estado de los artículos que pidió a su biblioteca y descargue los que han llegado.
home-track = Seguir mis solicitudes
home-staff = Personal de bibliotecas
home-staff-text = Suba documentos para otras bibliotecas y reciba los que ellas envían.
home-api = La API JSON, para otros sistemas

downloads-left = { $n ->
    [0] Ya se usaron las { $limit } descargas
    [one] Queda 1 descarga de { $limit }
   *[other] Quedan { $n } descargas de { $limit }
}
last-day = Hasta el final del { $day }

status-pending = Pendiente
status-shipped = Enviada
status-received = Recibida
status-cancelled = Cancelada
status-unfilled = No atendida
status-withdrawn = Retirada
status-since = desde el { $day }
status-on = el { $day }
