package ILL::Controller::People;

# Sign-in. People choose who they are, because this is a sample; sign people in by password before you use it.

use Mojo::Base 'Mojolicious::Controller';
use v5.36;

sub choose ($self) {
    return $self->render( people => $self->app->store->people );
}

sub sign_in ($self) {
    return $self->forged if $self->validation->csrf_protect->has_error('csrf_token');
    my $person = $self->app->store->person( $self->param('person') // '' );
    $self->session( person => $person->{id} ) if $person;
    return $self->res->code(303) && $self->redirect_to( $person ? 'requests' : 'choose_person' );
}

sub sign_out ($self) {
    $self->session( expires => 1 );
    return $self->res->code(303) && $self->redirect_to('choose_person');
}

# Lets signed-in people through, and forms only if they are from our own pages.
sub check ($self) {
    my $person = $self->app->store->person( $self->session('person') // '' );
    if ( !$person ) {
        $self->res->code(303);
        $self->redirect_to('choose_person');
        return 0;
    }
    if ( $self->req->method !~ /\A(?:GET|HEAD)\z/ && $self->validation->csrf_protect->has_error('csrf_token') ) {
        $self->forged;
        return 0;
    }
    $self->stash( person => $person );
    return 1;
}

sub forged ($self) {
    return $self->render(
        'problem',
        status => 403,
        person => undef,
        title  => 'This form is too old',
        detail => 'You may have signed in again since the page was loaded. Go back, reload the page, and try again.'
    );
}

1;
