# Textos de varias páginas.
skip = Ir al contenido principal
nav = Secciones
nav-supply = Por atender
nav-borrow = Solicitudes propias
nav-library = Datos de la biblioteca
sign-in = Iniciar sesión
sign-out = Cerrar sesión
# Una etiqueta y su valor en una línea.
labeled = { $label }: { $value }
save = Guardar los cambios

home-title = Entrega de documentos
home-lead = Envíe y reciba en línea los documentos del préstamo interbibliotecario.
home-patrons = Usuarios
home-patrons-text = Consulte el estado de los documentos que pidió a su biblioteca y descargue los que ya están disponibles.
home-track = Seguir mis solicitudes
home-staff = Personal de las bibliotecas
home-staff-text = Envíe documentos a otras bibliotecas y reciba los de sus usuarios.
home-api = API JSON para otros sistemas

downloads-left = { $n ->
    [0] Ya se usaron las { $limit } descargas
    [one] Queda 1 descarga de { $limit }
   *[other] Quedan { $n } descargas de { $limit }
}
last-day = Disponible hasta el final del { $day }

status-pending = Pendiente
status-shipped = Enviada
status-received = Recibida
status-cancelled = Cancelada
status-unfilled = No atendida
status-withdrawn = Retirada
status-since = desde el { $day }
status-on = el { $day }
