package ILL::Controller::Requests;

use Mojo::Base 'Mojolicious::Controller';
use v5.36;

# Statuses that staff of each side may set while a request is open.
my %MAY_SET = ( borrower => 'cancelled', lender => 'unfilled' );

sub list ($self) {
    my ( $store, $person ) = ( $self->app->store, $self->person );
    return $self->render( 'requests/mine', requests => $store->requests( patron => $person->{id} ) )
        if $person->{role} eq 'patron';
    return $self->render(
        borrowing => $store->requests( borrower => $person->{library} ),
        lending   => $store->requests( lender   => $person->{library} )
    );
}

sub new_form ($self) {
    return $self->reply->not_found if $self->person->{role} ne 'staff';
    my $library = $self->person->{library};
    return $self->render(
        'requests/new_form',
        lenders => [ grep { $_->{id} ne $library } @{ $self->app->store->libraries } ],
        patrons => $self->app->store->patrons($library)
    );
}

sub create ($self) {
    my ( $store, $person ) = ( $self->app->store, $self->person );
    return $self->reply->not_found if $person->{role} ne 'staff';
    my $form = $self->validation;
    $form->required( 'title', 'trim', 'not_empty' )->size( 1, 300 );
    $form->optional( 'source', 'trim' )->size( 0, 300 );
    $form->required('lender')->in( map { $_->{id} } grep { $_->{id} ne $person->{library} } @{ $store->libraries } );
    $form->required('patron')->in( map { $_->{id} } @{ $store->patrons( $person->{library} ) } );
    if ( $form->has_error ) {
        $self->res->code(422);
        return $self->new_form;
    }
    my %request = map { $_ => $form->param($_) // '' } qw(lender patron title source);
    my $id = $store->create_request( $person->{name}, %request, borrower => $person->{library} );
    return $self->res->code(303) && $self->redirect_to( request => id => $id );
}

# Finds the request of the address for people who may see it, and stashes it with their side.
sub find ($self) {
    my $person  = $self->person;
    my $request = $self->app->store->request( $self->stash('id') );
    my $side    = !$request ? undef : side_of( $person, $request );
    if ( !$side ) {
        $self->reply->not_found;
        return 0;
    }
    $self->stash( request => $request, side => $side );
    return 1;
}

sub side_of ( $person, $request ) {
    return $person->{id} == $request->{patron} ? 'patron' : undef if $person->{role} eq 'patron';
    return 'borrower' if $person->{library} eq $request->{borrower};
    return 'lender' if $person->{library} eq $request->{lender};
    return undef;
}

sub show ($self) {
    my $request = $self->stash('request');
    my $status = $request->{status} eq 'requested' ? $MAY_SET{ $self->stash('side') } : undef;
    return $self->render( log => $self->app->store->log_of($request), may_set => $status );
}

sub set_status ($self) {
    my ( $request, $status ) = ( $self->stash('request'), $MAY_SET{ $self->stash('side') } );
    return $self->reply->not_found unless $status;
    my $is_changed = $self->app->store->change_status( $self->person->{name}, $request, 'requested', $status );
    return $self->res->code(303) && $self->redirect_to( request => id => $request->{id} ) if $is_changed;
    return $self->render(
        'problem',
        status => 409,
        title  => 'The request has changed',
        detail => 'Someone has changed this request since the page was loaded. Go back and reload the page.'
    );
}

1;
