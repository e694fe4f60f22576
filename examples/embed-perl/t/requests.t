use v5.36;

use Mojo::File qw(curfile);
use lib curfile->sibling('lib')->to_string, curfile->dirname->sibling('lib')->to_string;
use Sample;
use Test::More;

my $here = Sample->new;
my ( $t, $accepts ) = ( $here->t, $here->answer );
my $handle = '00b5493e115d2595';
my $answers = sub ( $status, $json = undef ) {
    $here->answer( sub ($c) { $c->render( status => $status, $json ? ( json => $json ) : ( text => 'no' ) ) } );
};
my $refused = { code => 'invalid', title => 'the title is too long', remedy => 'shorten it' };
my $due_now = sub ($id) { $here->store->db->do( 'UPDATE delivery SET due_at = 1 WHERE request = ?', undef, $id ) };
my $fails = sub ($id) { $here->until( sub { $here->delivery($id)->{problem} } ) };

subtest 'a request is sent with its patron' => sub {
    my $id = $here->request;
    ok $here->sent($id), 'it arrives';
    my ( $patron, $request ) = @{ $here->calls };
    is $patron->{call}, 'PUT /api/v1/participants/CA-BVAU/patrons/p-2041', 'first the patron';
    is_deeply $patron->{json}, { name => 'Carla Santos', email => 'carla.santos@example.org' }, 'with an address';
    is $request->{call}, 'POST /api/v1/requests', 'then the request';
    like delete $request->{json}{as_of}, qr/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\z/, 'with its time';
    is_deeply $request->{json}, {
        reference => "ILL-$id", requester => 'CA-BVAU', supplier => 'CA-OTU', patron => 'p-2041',
        title => 'On Ice Ages', source => '', status => 'pending',
    }, 'with its values';
    is $request->{who}, 'Bearer ddk_test', 'by the key of the application';
    is $here->delivery($id)->{due_at}, undef, 'and nothing is left to send';
};

subtest 'a request is stored together with its place in the queue, or not at all' => sub {
    my $before = @{ $here->store->requests( borrower => 'CA-BVAU' ) };
    $here->store->db->do('ALTER TABLE delivery RENAME TO hidden');
    ok !eval { $here->request; 1 }, 'the failure is reported';
    $here->store->db->do('ALTER TABLE hidden RENAME TO delivery');
    is @{ $here->store->requests( borrower => 'CA-BVAU' ) }, $before, 'no request is stored';
};

subtest 'while the server fails, the request is sent again with the same key' => sub {
    $answers->(503);
    @{ $here->calls } = ();
    my $id = $here->request;
    ok $fails->($id), 'the problem is stored';
    $here->sign_in('Ana Ruiz');
    my $expected = qr/will be sent again\. Desktop delivery failed with status 503\./;
    $t->get_ok("/requests/$id")->text_like( '[role=alert]', $expected );
    # The patron is accepted, and the answer about the request is lost.
    my $is_lost = sub ($c) { $c->render( text => 'no', status => 502 ) };
    $here->answer( sub ($c) { $c->req->method eq 'PUT' ? $c->rendered(204) : $is_lost->($c) } );
    ok $here->until( sub { grep { $_->{key} } @{ $here->calls } } ), 'it is sent again by itself';
    # What the webhook brings in the meantime does not change the call.
    $here->store->record_status( $id, 'shipped' );
    $here->answer($accepts);
    $due_now->($id);
    ok $here->sent($id), 'it arrives';
    my ( $first, $second ) = grep { $_->{key} } @{ $here->calls };
    is_deeply $first->{json}, $second->{json}, 'with the same values';
    my @keys = map { $_->{key} // () } @{ $here->calls };
    is_deeply \@keys, [ ( $keys[0] ) x 2 ], 'with one key';
    like $keys[0], qr/\A[0-9A-F]{32}\z/, 'that nobody guesses';
    $t->get_ok("/requests/$id")->element_exists_not('[role=alert]');
};

subtest 'a problem of the server is shown in words' => sub {
    $answers->( 422, $refused );
    my $id = $here->request;
    ok $fails->($id), 'the problem is stored';
    $here->sign_in('Ana Ruiz');
    $t->get_ok("/requests/$id")->text_like( '[role=alert]', qr/again\. The title is too long\. Shorten it\./ );
    $t->element_exists_not( "form[action\$='/windows/files']", 'no window opens yet' );
    $here->sign_in('Carla Santos')->get_ok("/requests/$id")->element_exists_not('[role=alert]');
    $answers->( 401, { code => 'unauthorized' } );
    $due_now->($id);
    $here->until( sub { $here->delivery($id)->{problem} =~ /administrator/ } );
    like $here->delivery($id)->{problem}, qr/Tell the administrator \(code: unauthorized\)/, 'who can help';
    # Such as the page of a proxy.
    $answers->(200);
    $due_now->($id);
    ok $here->until( sub { $here->delivery($id)->{problem} =~ /status 200/ } ), 'an answer of something else is none';
    $here->answer($accepts);
};

subtest 'waiting grows with each attempt, up to an hour' => sub {
    $answers->(503);
    my $id = $here->request;
    ok $fails->($id), 'the problem is stored';
    for my $case ( [ 9, 100 ], [ 59, 3_600 ], [ 1_000, 3_600 ] ) {
        my $sql = q{UPDATE delivery SET attempts = ?, problem = '', due_at = 1 WHERE request = ?};
        $here->store->db->do( $sql, undef, $case->[0], $id );
        $fails->($id);
        my $waits = $here->delivery($id)->{due_at} - time;
        ok abs( $waits - $case->[1] ) <= 2, "$waits seconds after attempt $case->[0]";
    }
    $here->answer($accepts);
};

subtest 'a change while the request is being sent is sent, too' => sub {
    my $id;
    $here->answer( sub ($c) {
        $here->store->change_status( 'Ana Ruiz', { id => $id }, 'requested', 'cancelled' );
        $accepts->($c);
    } );
    $id = $here->request;
    ok $here->sent($id), 'it arrives';
    is $here->calls->[-1]{json}{status}, 'cancelled', 'with the last status';
    is $here->delivery($id)->{due_at}, undef, 'and nothing is left to send';
    $here->answer($accepts);
};

subtest 'staff open windows in their own name' => sub {
    my $id = $here->request;
    ok $here->sent($id), 'it arrives';
    my $url = 'https://delivery.example.org/w/abc';
    $answers->( 201, { url => $url } );
    $here->sign_in('Lena Brandt');
    $t->get_ok("/requests/$id")->text_is( '.actions form:nth-child(1) button', 'Upload Document' );
    $t->text_is( '.actions form:nth-child(2) button', 'Uploaded Files' );
    $here->post("/requests/$id/windows/upload")->status_is(303)->header_is( Location => $url );
    my $call = $here->calls->[-1];
    is $call->{call}, "POST /api/v1/requests/$handle/windows", 'a window on the request';
    is_deeply $call->{json}, {
        window => 'upload', origin => 'http://localhost:3000',
        person => { agency => 'CA-OTU', id => 'ill-4', name => 'Lena Brandt' },
    }, 'with the person';

    $answers->( 403, { code => 'origin-not-allowed', title => 'x', remedy => 'y' } );
    $t->get_ok("/requests/$id");
    $here->post("/requests/$id/windows/files")->status_is(502)->text_like( '[role=alert]', qr/Tell the administrator/ );
    $t->get_ok("/requests/$id")->post_ok("/requests/$id/windows/files")->status_is( 403, 'only from our own pages' );
    $answers->(503);
    my $unsent = $here->request;
    $t->get_ok("/requests/$id");
    $here->post("/requests/$unsent/windows/files")->status_is( 404, 'the server does not know the request' );
    $here->answer($accepts);
};

subtest 'patrons open their own documents once received, and no windows' => sub {
    my $id = $here->request;
    ok $here->sent($id), 'it arrives';
    $here->sign_in('Carla Santos')->get_ok("/requests/$id")->element_exists_not('.actions form');
    $here->store->record_status( $id, 'received' );
    my $url = 'https://delivery.example.org/d/abc';
    $answers->( 200, { no => 1, url => $url } );
    $t->get_ok('/')->text_is( '.actions button', 'Open your document' );
    $here->post("/requests/$id/document")->status_is(303)->header_is( Location => $url );
    is_deeply $here->calls->[-1]{json}, { audience => 'patron' }, 'by the link of the patron';
    $t->get_ok("/requests/$id");
    $here->post("/requests/$id/windows/files")->status_is(404);
    $here->sign_in('Noah Tremblay')->get_ok("/requests/$id")->status_is(404);
    $here->sign_in('Ana Ruiz')->get_ok("/requests/$id");
    $here->post("/requests/$id/document")->status_is(404);
    $here->answer($accepts);
};

subtest 'while the server cannot be reached, people read so' => sub {
    my $id = $here->request;
    ok $here->sent($id), 'it arrives';
    $here->server(undef);
    $here->sign_in('Lena Brandt')->get_ok("/requests/$id");
    $here->post("/requests/$id/windows/upload")->status_is(502);
    $t->text_like( '[role=alert]', qr/\ADesktop delivery cannot be reached at the moment\.\n\z/ );
};

done_testing;
