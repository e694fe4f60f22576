language-name = Español
direction = ltr
list-supply = Solicitudes por atender
link-title = Su documento
