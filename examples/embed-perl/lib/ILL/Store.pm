package ILL::Store;

# The application's SQLite database. Emits `saved` with a request inside the transaction in which staff changed it, so
# that a listener's own rows are stored together with the change or not at all.

use Mojo::Base 'Mojo::EventEmitter';
use v5.36;

use DBI;
use DBD::SQLite::Constants qw(DBD_SQLITE_STRING_MODE_UNICODE_STRICT);
use Mojo::File qw(curfile path);

has 'file';

# Returns the connection of this process; SQLite's must not be used after a fork.
sub db ($self) {
    return $self->{connections}{$$} //= $self->_connect;
}

sub _connect ($self) {
    path( $self->file )->dirname->make_path;
    my $db = DBI->connect(
        'dbi:SQLite:' . $self->file,
        '', '',
        {
            RaiseError => 1,
            PrintError => 0,
            AutoInactiveDestroy => 1,
            sqlite_string_mode => DBD_SQLITE_STRING_MODE_UNICODE_STRICT,
            sqlite_allow_multiple_statements => 1,
        }
    );
    $db->sqlite_busy_timeout(5_000);
    $db->do('PRAGMA journal_mode = WAL');
    $db->do('PRAGMA foreign_keys = ON');
    return $db;
}

# Creates the tables and sample people of an empty database.
sub prepare ($self) {
    my $schema = curfile->sibling('schema.sql')->slurp;
    $self->transaction(
        sub ($db) {
            my ($tables) = $db->selectrow_array(q{SELECT count(*) FROM sqlite_schema WHERE name = 'request'});
            $db->do($schema) unless $tables;
        }
    );
    return $self;
}

# Runs a function in a transaction, or in the one in progress. If the function dies, nothing is stored.
sub transaction ( $self, $function ) {
    my $db = $self->db;
    return $function->($db) unless $db->{AutoCommit};
    $db->do('BEGIN IMMEDIATE');
    my $result = eval { $function->($db) };
    if ( my $error = $@ ) {
        $db->rollback;
        die $error;
    }
    $db->commit;
    return $result;
}

sub rows ( $self, $sql, @values ) {
    return $self->db->selectall_arrayref( $sql, { Slice => {} }, @values );
}

sub row ( $self, $sql, @values ) { return $self->rows( $sql, @values )->[0] }

sub libraries ($self) { return $self->rows('SELECT * FROM library ORDER BY name') }

sub people ($self) {
    return $self->rows(
        'SELECT person.*, library.name AS library_name FROM person JOIN library ON library.id = person.library
         ORDER BY library.name, role DESC, person.name'
    );
}

sub person ( $self, $id ) {
    my ($person) = grep { $_->{id} eq $id } @{ $self->people };
    return $person;
}

sub patrons ( $self, $library ) {
    return $self->rows( q{SELECT * FROM person WHERE library = ? AND role = 'patron' ORDER BY name}, $library );
}

my $REQUESTS = q{
    SELECT request.*, 'ILL-' || request.id AS reference, borrower.name AS borrower_name, lender.name AS lender_name,
        patron.name AS patron_name, patron.number AS patron_number, patron.email AS patron_email
    FROM request JOIN library AS borrower ON borrower.id = request.borrower
        JOIN library AS lender ON lender.id = request.lender JOIN person AS patron ON patron.id = request.patron
};

# Returns the requests of a role: `borrower` or `lender` with a library, or `patron` with a person. Newest first.
sub requests ( $self, $role, $id ) {
    die "no such role: $role" unless $role =~ /\A(?:borrower|lender|patron)\z/;
    return $self->rows( "$REQUESTS WHERE request.$role = ? ORDER BY request.id DESC", $id );
}

sub request ( $self, $id ) { return $self->row( "$REQUESTS WHERE request.id = ?", $id ) }

sub request_of_reference ( $self, $reference ) {
    return $reference =~ /\AILL-([0-9]{1,15})\z/ ? $self->request($1) : undef;
}

sub log_of ( $self, $request ) {
    return $self->rows( 'SELECT * FROM log WHERE request = ? ORDER BY rowid', $request->{id} );
}

# Stores a new request and returns its id.
sub create_request ( $self, $who, %request ) {
    my @columns = qw(borrower lender patron title source);
    return $self->transaction(
        sub ($db) {
            $db->do(
                q{INSERT INTO request (borrower, lender, patron, title, source, status, saved_at)
                  VALUES (?, ?, ?, ?, ?, 'requested', ?)}, undef, @request{@columns}, time
            );
            my $id = $db->last_insert_id;
            $self->log( $id, $who, 'Requested' );
            $self->emit( saved => $self->request($id) );
            return $id;
        }
    );
}

# Changes the status of a request for a member of staff, unless it is no longer the expected one.
sub change_status ( $self, $who, $request, $expected, $status ) {
    return $self->transaction(
        sub ($db) {
            my $changed = $db->do( 'UPDATE request SET status = ?, saved_at = ? WHERE id = ? AND status = ?',
                undef, $status, time, $request->{id}, $expected );
            return 0 unless $changed > 0;
            $self->log( $request->{id}, $who, ucfirst $status );
            $self->emit( saved => $self->request( $request->{id} ) );
            return 1;
        }
    );
}

# Records the status that another system reports.
sub record_status ( $self, $id, $status ) {
    return $self->db->do( 'UPDATE request SET status = ? WHERE id = ?', undef, $status, $id );
}

sub log ( $self, $id, $who, $text ) {
    my $sql = 'INSERT INTO log (request, at, who, text) VALUES (?, ?, ?, ?)';
    return $self->db->do( $sql, undef, $id, time, $who, $text );
}

1;
