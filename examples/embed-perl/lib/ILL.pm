package ILL;

# A small interlibrary loan (ILL) application: requests between libraries, their staff and patrons.

use Mojo::Base 'Mojolicious';
use v5.36;

use ILL::Store;
use Mojo::ByteStream qw(b);
use POSIX qw(strftime);

has moniker => 'ill';
has store   => sub ($self) { ILL::Store->new( file => $self->config->{database} )->prepare };

# What extensions add wherever a request is shown: functions that take the controller and the request.
has additions => sub { [] };

sub startup ($self) {
    $self->plugin('Config');
    $self->secrets( $self->config->{secrets} );
    $self->sessions->cookie_name('ill')->samesite('Lax');
    $self->sessions->secure( ( $self->config->{origin} // '' ) =~ /^https:/ );
    $self->helper( person    => sub ($c) { $c->stash->{person} } );
    $self->helper( time_text => sub ( $c, $at ) { strftime '%Y-%m-%d %H:%M', localtime $at } );
    $self->helper(
        added_to => sub ( $c, $request ) {
            b join '', map { $_->( $c, $request ) } @{ $self->additions };
        }
    );

    my $open = $self->routes;
    $open->get('/sign-in')->to('people#choose')->name('choose_person');
    $open->post('/sign-in')->to('people#sign_in')->name('sign_in');

    my $signed_in = $open->under('/')->to('people#check')->name('signed_in');
    $signed_in->post('/sign-out')->to('people#sign_out')->name('sign_out');
    $signed_in->get('/')->to('requests#list')->name('requests');
    $signed_in->get('/requests/new')->to('requests#new_form')->name('new_request');
    $signed_in->post('/requests')->to('requests#create')->name('create_request');

    my $request = $signed_in->under( '/requests/<id:num>' )->to('requests#find')->name('a_request');
    $request->get('/')->to('requests#show')->name('request');
    $request->post('/status')->to('requests#set_status')->name('set_status');

    my $extensions = $self->config->{extensions} // {};
    $self->plugin( $_ => $extensions->{$_} ) for sort keys %$extensions;
}

1;
