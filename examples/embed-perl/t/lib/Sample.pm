package Sample;

# The application in a temporary folder, beside a server whose answers a test chooses.

use Mojo::Base -base;
use v5.36;

use Digest::SHA qw(hmac_sha256_base64);
use File::Temp ();
use Mojo::IOLoop;
use Mojo::JSON qw(encode_json);
use Mojo::Server::Daemon;
use Mojo::Util qw(b64_decode);
use Mojolicious;
use Test::Mojo;

has folder => sub { File::Temp->newdir };
has secret => 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
has calls  => sub { [] };
# The server's answer: a function of a controller.
has answer => sub { sub ($c) { $c->render( json => { handle => '00b5493e115d2595', outcome => 'created' } ) } };
has server => \&start_server;
has t      => \&start;

# Starts the server on a free port.
sub start_server ($self) {
    my $app = Mojolicious->new;
    $app->log->level('fatal');
    $app->routes->any( '/*' => sub ($c) {
        my $request = $c->req;
        push @{ $self->calls }, {
            call => $request->method . ' ' . $request->url->path,
            json => $request->json,
            key  => $request->headers->header('Idempotency-Key'),
            who  => $request->headers->authorization,
        };
        $self->answer->($c);
    } );
    my %server = ( app => $app, listen => ['http://127.0.0.1'], silent => 1 );
    # Longer than the application keeps a connection, so that the application does not use a closed one.
    return Mojo::Server::Daemon->new( %server, keep_alive_timeout => 60, max_requests => 10_000 )->start;
}

sub start ($self) {
    my %delivery = (
        address => 'http://127.0.0.1:' . $self->server->ports->[0],
        key     => 'ddk_test',
        secret  => $self->secret,
    );
    my %config = (
        database   => $self->folder . '/ill.db',
        origin     => 'http://localhost:3000',
        secrets    => ['test'],
        extensions => { 'ILL::DesktopDelivery' => \%delivery },
    );
    my $t = Test::Mojo->new( ILL => \%config );
    $t->app->log->level('fatal');
    $t->ua->max_connections(0);
    return $t;
}

sub store ($self) { return $self->t->app->store }

# Signs in as a sample person with this name.
sub sign_in ( $self, $name ) {
    my ($person) = grep { $_->{name} eq $name } @{ $self->store->people };
    $self->t->reset_session->get_ok('/sign-in');
    return $self->post( '/sign-in', person => $person->{id} );
}

# Submits a form with the key of the page that is shown.
sub post ( $self, $path, %fields ) {
    my $key = $self->t->tx->res->dom->at('input[name=csrf_token]')->{value};
    return $self->t->post_ok( $path => form => { %fields, csrf_token => $key } );
}

# Creates a request as staff of the borrowing library, and returns its id.
sub request ( $self, $title = 'On Ice Ages' ) {
    my %request = ( borrower => 'CA-BVAU', lender => 'CA-OTU', patron => 2, title => $title, source => '' );
    return $self->store->create_request( 'Ana Ruiz', %request );
}

# Runs the event loop until a condition holds, for at most 10 seconds.
sub until ( $self, $condition ) {
    my $end = time + 10;
    Mojo::IOLoop->one_tick until $condition->() || time > $end;
    return $condition->();
}

# Runs the event loop until the server has the request.
sub sent ( $self, $id ) {
    return $self->until( sub { $self->delivery($id)->{handle} } );
}

sub delivery ( $self, $id ) {
    return $self->store->row( 'SELECT * FROM delivery WHERE request = ?', $id );
}

# Delivers an event as the server does, except where the options differ.
sub deliver ( $self, $event, %options ) {
    my ( $id, $at ) = ( $options{id} // 'msg_1', $options{at} // time );
    my $type = $event->{event} ? "request.$event->{event}" : 'webhook.test';
    my %message = ( type => $type, timestamp => '2026-11-23T20:46:32Z', data => $event );
    my $body = encode_json( \%message );
    my $key = b64_decode( ( $options{secret} // $self->secret ) =~ s/\Awhsec_//r );
    my $signature = 'v1,' . hmac_sha256_base64( "$id.$at.$body", $key ) . '=';
    my %headers = (
        'content-type'      => 'application/json',
        'webhook-id'        => $id,
        'webhook-timestamp' => $at,
        'webhook-signature' => $options{signature} // $signature,
    );
    return $self->t->post_ok( '/desktop-delivery/webhook' => \%headers => $options{body} // $body );
}

1;
