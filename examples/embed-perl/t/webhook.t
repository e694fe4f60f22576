use v5.36;

# The clock that the application reads.
my $now;
BEGIN { *CORE::GLOBAL::time = sub : prototype() { $now // CORE::time } }

use Mojo::File qw(curfile);
use lib curfile->sibling('lib')->to_string, curfile->dirname->sibling('lib')->to_string;
use Sample;
use Test::More;

my $here = Sample->new;
my $t    = $here->t;
my $id   = $here->request;
my %request = ( reference => "ILL-$id", requester => 'CA-BVAU', supplier => 'CA-OTU', handle => '00b5493e115d2595' );
my %by_staff = ( %request, by => 'staff', agency => 'CA-OTU', id => 'ill-4' );
my %shipped  = ( %by_staff, event => 'shipped' );
my %claimed = ( %request, by => 'link-holder', by_audience => 'patron', event => 'claimed', claim => 1 );
my $status = sub { $here->store->request($id)->{status} };
my $log = sub { join ', ', map {"$_->{text} by $_->{who}"} @{ $here->store->log_of( { id => $id } ) } };
my $downloads = sub { $here->delivery($id)->{downloads} };

subtest 'the example of the Standard Webhooks specification is accepted' => sub {
    $now = 1_614_265_330;
    my %example = (
        id        => 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        at        => $now,
        body      => '{"test": 2432232314}',
        signature => 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
    $here->deliver( \%shipped, %example )->status_is(204);
    $here->deliver( \%shipped, %example, body => '{"test": 2432232315}' )->status_is(401);
    $here->deliver( \%shipped, %example, id => 'msg_p5jXN8AQM9LWM0D4loKWxJel' )->status_is(401);
    $here->deliver( \%shipped, %example, at => $now + 1 )->status_is(401);
    $now = undef;
};

subtest 'wrong signatures are refused' => sub {
    my $other = 'whsec_' . ( 'A' x 32 );
    $here->deliver( \%shipped, secret => $other )->status_is(401);
    $here->deliver( \%shipped, signature => $_ )->status_is(401) for '', 'v1,', 'v1', 'v1,AAAA v2,BBBB';
    $t->post_ok( '/desktop-delivery/webhook' => '{}' )->status_is(401);
    is $status->(), 'requested', 'nothing has changed';
};

subtest 'one of several signatures is enough, as while the secret rotates' => sub {
    my $tx = $here->deliver( { %shipped, reference => 'other' }, id => 'msg_rotated' )->tx;
    my ( $body, $signature ) = ( $tx->req->body, $tx->req->headers->header('webhook-signature') );
    my %same = ( body => $body, id => 'msg_rotated', at => $tx->req->headers->header('webhook-timestamp') );
    my $wrong = 'v1,' . ( 'A' x 43 ) . '=';
    $here->deliver( \%shipped, %same, signature => "$wrong $signature" )->status_is(204);
    $here->deliver( \%shipped, %same, signature => "$wrong $wrong" )->status_is(401);
};

subtest 'times more than 5 minutes away are refused' => sub {
    $here->deliver( \%shipped, at => time - 301 )->status_is(401);
    $here->deliver( \%shipped, at => time + 310 )->status_is(401);
    $here->deliver( \%shipped, at => $_ )->status_is(401) for '', 'now', '1e9', '-1';
    is $status->(), 'requested', 'nothing has changed';
};

subtest 'an event that is delivered twice is recorded once' => sub {
    $here->deliver( \%shipped, id => 'msg_shipped', at => time - 200 )->status_is(204);
    $here->deliver( \%shipped, id => 'msg_shipped' )->status_is(204);
    is $status->(), 'shipped', 'the status has changed';
    is $log->(), 'Requested by Ana Ruiz, Shipped by Lena Brandt', 'the history has it once';
    $here->deliver( \%claimed, id => 'msg_claimed' )->status_is(204) for 1 .. 3;
    is $downloads->(), 1, 'one download';
    $here->deliver( { %claimed, claim => 2 }, id => 'msg_claimed_2' )->status_is(204);
    is $downloads->(), 2, 'another download';
    my %refunded = ( %request, by => 'system', event => 'refunded', claim => 2 );
    $here->deliver( \%refunded, id => 'msg_refunded' )->status_is(204);
    is $downloads->(), 1, 'a refunded download does not count';
};

subtest 'an event that cannot be stored is answered with an error, and stored later' => sub {
    my %received = ( %by_staff, event => 'received', agency => 'CA-BVAU', id => 'ill-1' );
    $here->store->db->do('ALTER TABLE log RENAME TO hidden');
    $here->deliver( \%received, id => 'msg_received' )->status_is(500);
    $here->store->db->do('ALTER TABLE hidden RENAME TO log');
    is $status->(), 'shipped', 'nothing has changed';
    $here->deliver( \%received, id => 'msg_received' )->status_is(204);
    is $status->(), 'received', 'the repeated delivery is recorded';
};

subtest 'tests, and events of other hosts and kinds, are accepted without an effect' => sub {
    my $before = $log->();
    $here->deliver( { %shipped, reference => '2026-00417' }, id => 'msg_2' )->status_is(204);
    $here->deliver( { %by_staff, event => 'attached' }, id => 'msg_3' )->status_is(204);
    $here->deliver( { webhook => 'a test' }, id => 'msg_test' )->status_is(204);
    is $log->(), $before, 'the history is unchanged';
};

subtest 'a genuine body that is not JSON is refused, and changes nothing' => sub {
    my $key       = Mojo::Util::b64_decode( $here->secret =~ s/\Awhsec_//r );
    my $sent_at   = time;
    my $signature = 'v1,' . Digest::SHA::hmac_sha256_base64( "msg_4.$sent_at.{", $key ) . '=';
    my $before = $log->();
    $here->deliver( \%shipped, id => 'msg_4', at => $sent_at, body => '{', signature => $signature )->status_is(500);
    is $log->(), $before, 'the history is unchanged';
};

done_testing;
