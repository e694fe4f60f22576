package ILL::DesktopDelivery;

=head1 NAME

ILL::DesktopDelivery - adds desktop delivery to the application

=head1 DESCRIPTION

Sends requests to the server, opens its windows from the pages of requests, leads patrons to their documents, and
receives the server's webhook. The configuration has the C<address> of the server, an API C<key> with the role C<host>
that lists the origin of this application, and the C<secret> of the webhook.

=cut

use Mojo::Base 'Mojolicious::Plugin';
use v5.36;

use Digest::SHA qw(hmac_sha256);
use Mojo::Date;
use Mojo::JSON qw(from_json to_json);
use Mojo::Util qw(b64_decode b64_encode secure_compare url_escape);

has [qw(app config store)];
has ua => sub { Mojo::UserAgent->new( connect_timeout => 5, request_timeout => 15 ) };

# The events that change the status of a request, and those that its history shows.
my %STATUS = map { $_ => $_ } qw(shipped received withdrawn cancelled unfilled);
my %SHOWN  = map { $_ => ucfirst tr/-/ /r } keys %STATUS, qw(replaced problem-reported problem-answered);
@SHOWN{qw(claimed more-requested)} = ( 'Document downloaded', 'More downloads or time requested' );

sub register ( $self, $app, $config ) {
    $config->{$_} || die "desktop delivery: `$_` is not configured\n" for qw(address key secret);
    $self->app($app)->config($config)->store( $app->store );
    $self->store->db->do(<<~'SQL');
        CREATE TABLE IF NOT EXISTS delivery (request INTEGER PRIMARY KEY, handle TEXT, downloads INTEGER DEFAULT 0,
            body TEXT, idempotency_key TEXT, due_at INTEGER, attempts INTEGER DEFAULT 0, problem TEXT);
        CREATE TABLE IF NOT EXISTS delivery_webhook (id TEXT PRIMARY KEY);
        SQL
    $self->store->on( saved => sub ( $store, $request ) { $self->enqueue($request) } );
    Mojo::IOLoop->recurring( 1 => sub { $self->send_next } );
    push @{ $app->additions }, sub ( $c, $request ) { $self->links( $c, $request ) };
    my $request = $app->routes->lookup('a_request');
    $request->post( '/windows/:window' => [ window => [qw(upload files)] ] => sub ($c) { $self->open_window($c) } );
    $request->post( '/document' => sub ($c) { $self->lead( $c, patron => links => { audience => 'patron' } ) } );
    $app->routes->post( '/desktop-delivery/webhook' => sub ($c) { $self->receive($c) } );
}

=head2 Requests to the server

A change is enqueued in its own transaction, and sent until the server accepts it or a newer change replaces it.

=cut

sub enqueue ( $self, $request ) {
    my %update = (
        ( map { $_ => $request->{$_} } qw(reference title source) ),
        ( requester => $request->{borrower}, supplier => $request->{lender}, patron => $request->{patron_number} ),
        status => $STATUS{ $request->{status} } // 'pending',
        as_of  => Mojo::Date->new( $request->{saved_at} )->to_datetime,
    );
    $self->store->db->do( <<~'SQL', undef, $request->{id}, to_json \%update );
        INSERT INTO delivery (request, body, idempotency_key, due_at) VALUES (?1, ?2, hex(randomblob(16)), unixepoch())
        ON CONFLICT DO UPDATE SET (body, idempotency_key, due_at, attempts) = (?2, hex(randomblob(16)), unixepoch(), 0)
        SQL
    Mojo::IOLoop->next_tick( sub { $self->send_next } );    # after the commit
}

sub send_next ($self) {
    return if $self->{is_sending};
    # Other processes leave the request alone for a minute.
    my $due = $self->store->row(<<~'SQL') or return;
        UPDATE delivery SET due_at = unixepoch() + 60, attempts = attempts + 1 WHERE request =
        (SELECT request FROM delivery WHERE due_at <= unixepoch() ORDER BY due_at LIMIT 1) RETURNING *
        SQL
    my $request = $self->store->request( $due->{request} );
    my $patron = { name => $request->{patron_name}, email => $request->{patron_email} };
    my ( $update, $key ) = ( from_json( $due->{body} ), $due->{idempotency_key} );
    my $settle = sub ( $columns, $value ) {
        $self->store->db->do( "UPDATE delivery SET $columns WHERE idempotency_key = ?", undef, $value, $key );
    };
    my $later = 'due_at = unixepoch() + min(attempts * attempts, 3600), problem = ?';
    $self->{is_sending} = 1;
    $self->call( PUT => "/participants/$update->{requester}/patrons/" . url_escape( $update->{patron} ), $patron )
        ->then( sub { $self->call( POST => '/requests', $update, 'Idempotency-Key' => $key ) } )
        ->then( sub ($known) { $settle->( 'problem = NULL, due_at = NULL, handle = ?', $known->{handle} ) } )
        ->catch( sub ($text) { $settle->( $later, $text ) } )
        ->finally( sub { $self->{is_sending} = 0; $self->send_next } );
}

# Calls the API. A failed call is rejected with a text for people.
sub call ( $self, $method, $path, $body, %headers ) {
    %headers = ( %headers, Accept => 'application/json', Authorization => 'Bearer ' . $self->config->{key} );
    my $call = $self->ua->build_tx( $method, $self->config->{address} . "/api/v1$path", \%headers, json => $body );
    return $self->ua->start_p($call)->then(
        sub ($call) {
            my ( $status, $answer ) = ( $call->res->code, $call->res->json // {} );
            return $answer if $call->res->is_success && ( $status == 204 || %$answer );
            my $code = $answer->{code} // 'unknown';
            $self->app->log->error("Desktop delivery answered $method with status $status, code $code");
            die "Desktop delivery does not allow this. Tell the administrator (code: $code).\n" if $status =~ /40[13]/;
            die ucfirst $answer->{title}, '. ', ucfirst $answer->{remedy}, ".\n" if $answer->{remedy};
            die "Desktop delivery failed with status $status.\n";
        },
        sub ($error) {
            $self->app->log->error("Desktop delivery cannot be reached: $error");
            die "Desktop delivery cannot be reached at the moment.\n";
        }
    );
}

=head2 Links on the pages of requests

=cut

sub links ( $self, $c, $request ) {
    my $delivery = $self->store->row( 'SELECT * FROM delivery WHERE request = ?', $request->{id} ) // {};
    return $c->include( 'desktop_delivery/links', plugin => $self, request => $request, delivery => $delivery );
}

sub open_window ( $self, $c ) {
    my %person = ( agency => $c->person->{library}, id => 'ill-' . $c->person->{id}, name => $c->person->{name} );
    my %window = ( window => $c->stash('window'), person => \%person, origin => $self->app->config->{origin} );
    $self->lead( $c, staff => windows => \%window );
}

# Leads people with this role to the address in the server's answer.
sub lead ( $self, $c, $role, $kind, $body ) {
    my $known = $self->store->row( 'SELECT handle FROM delivery WHERE request = ?', $c->stash('id') ) // {};
    return $c->reply->not_found if !$known->{handle} || $c->person->{role} ne $role;
    $c->render_later;
    $self->call( POST => "/requests/$known->{handle}/$kind", $body )->then( sub ($answer) {
        $c->res->code(303);
        $c->redirect_to( $answer->{url} // die "Desktop delivery answered without an address.\n" );
    } )->catch( sub ($text) { $c->render( 'problem', status => 502, title => 'Try again later', detail => $text ) } );
}

=head2 The webhook

The server repeats a delivery until it is answered with 2xx, so that comes only after the commit.

=cut

sub receive ( $self, $c ) {
    my ( $id, $sent_at, $signatures ) = map { $c->req->headers->header("webhook-$_") // '' } qw(id timestamp signature);
    my $key = b64_decode( $self->config->{secret} =~ s/\Awhsec_//r );
    my $expected = 'v1,' . b64_encode( hmac_sha256( "$id.$sent_at." . $c->req->body, $key ), '' );
    my $is_genuine = grep { secure_compare( $expected, $_ ) } split / /, $signatures;
    my $is_recent  = $sent_at =~ /\A[0-9]{1,12}\z/ && abs( time - $sent_at ) <= 300;
    return $c->render( text => "wrong signature or time\n", status => 401 ) unless $is_genuine && $is_recent;
    my $event = $c->req->json->{data};
    $self->store->transaction( sub ($db) {
        my $is_new = $db->do( 'INSERT OR IGNORE INTO delivery_webhook VALUES (?)', undef, $id ) > 0;
        $self->record( $db, $event ) if $is_new;
    } );
    $c->rendered(204);
}

sub record ( $self, $db, $event ) {
    my $request = $self->store->request_of_reference( $event->{reference} // '' ) or return;
    my ( $id, $kind ) = ( $request->{id}, $event->{event} );
    my $counted = { claimed => 1, refunded => -1 }->{$kind} // 0;
    $db->do( 'UPDATE delivery SET downloads = downloads + ? WHERE request = ?', undef, $counted, $id );
    return if !$SHOWN{$kind} || $kind eq $request->{status};
    my $staff = $event->{by} eq 'staff' && $self->store->person( $event->{id} =~ s/\Aill-//r );
    $self->store->log( $id, $staff ? $staff->{name} : ucfirst( $event->{by_audience} // 'server' ), $SHOWN{$kind} );
    $self->store->record_status( $id, $kind ) if $STATUS{$kind};
}

1;
