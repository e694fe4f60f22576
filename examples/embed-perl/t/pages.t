use v5.36;
use utf8;

use Mojo::File qw(curfile);
use lib curfile->sibling('lib')->to_string, curfile->dirname->sibling('lib')->to_string;
use Sample;
use Test::More;

my $here = Sample->new;
my $t    = $here->t;
my %request = ( title => 'On Ice Ages', source => '', patron => 2, lender => 'CA-OTU' );

subtest 'only people who are signed in see requests' => sub {
    my $id = $here->request;
    $t->get_ok($_)->status_is(303)->header_is( Location => '/sign-in' ) for '/', "/requests/$id", '/requests/new';
    $here->sign_in('Omar Haddad')->status_is(303)->get_ok("/requests/$id")->status_is(404);
    $t->get_ok('/')->text_is( h1 => 'My requests' )->content_unlike(qr/On Ice Ages/);
    $here->post('/sign-out')->status_is(303)->get_ok('/')->status_is(303);
};

subtest 'staff request an article' => sub {
    $here->sign_in('Ana Ruiz')->head_ok('/requests/new')->status_is(200)->get_ok('/requests/new')->status_is(200);
    $here->post( '/requests', %request, title => ' ' )->status_is(422)->text_like( '.error', qr/Enter a title/ );
    $here->post( '/requests', %request, title => 'x' x 301 )->status_is(422);
    $here->post( '/requests', %request, patron => 5 )->status_is( 422, 'a patron of another library' );
    $here->post( '/requests', %request, lender => 'CA-BVAU' )->status_is( 422, 'their own library' );
    $t->post_ok( '/requests' => form => \%request )->status_is( 403, 'a form of another site' );
    $t->get_ok('/requests/new');
    $here->post( '/requests', %request, title => 'Été <b>"&' )->status_is(303);
    $t->get_ok( $t->tx->res->headers->location )->text_is( h1 => 'Été <b>"&' );
};

subtest 'patrons request nothing themselves' => sub {
    $here->sign_in('Carla Santos')->get_ok('/requests/new')->status_is(404);
    $t->get_ok('/');
    $here->post( '/requests', %request )->status_is(404);
};

subtest 'each library ends an open request in its own way, once' => sub {
    my ( $cancelled, $unfilled ) = ( $here->request, $here->request );
    $here->sign_in('Ana Ruiz')->get_ok("/requests/$cancelled");
    $here->post("/requests/$cancelled/status")->status_is(303)->get_ok("/requests/$cancelled");
    $t->text_is( '.status', 'Cancelled' )->content_unlike(qr/Cancel the request/);
    $here->post("/requests/$cancelled/status")->status_is(409)->text_like( '[role=alert]', qr/reload the page/ );
    $here->sign_in('Lena Brandt')->get_ok("/requests/$unfilled");
    $here->post("/requests/$unfilled/status")->status_is(303)->get_ok("/requests/$unfilled");
    $t->text_is( '.status', 'Unfilled' );
    $here->sign_in('Carla Santos')->get_ok("/requests/$unfilled");
    $here->post("/requests/$unfilled/status")->status_is(404);
};

done_testing;
