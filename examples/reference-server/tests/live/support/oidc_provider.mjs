// A provider of OpenID Connect for tests: `oidc-provider`, which is certified, with three people and any password.
// Arguments: the module, the secret of the clients, and the address of the server under test.
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const [module, secret, desk] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(module));

const people = {
  anne: { name: 'Anne Roy', preferred_username: 'anne.roy', groups: ['library', 'ill-admins'] },
  paul: { name: 'Paul Chan', preferred_username: 'paul.chan', groups: ['students'] },
  carla: { name: 'Carla Santos', card: 'p-2041', email: 'carla.santos@example.org', email_verified: true },
};

const client = (id, provider, page) => ({
  client_id: id,
  client_secret: secret,
  redirect_uris: [`${desk}/sign-in/callback/${provider}`],
  post_logout_redirect_uris: [`${desk}${page}`],
});

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [client('desk-staff', 'campus', '/sign-in'), client('desk-patrons', 'card', '/track')],
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username', 'groups', 'card'],
      email: ['email', 'email_verified'],
    },
    cookies: { keys: ['a key for tests'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    // Nobody is asked for consent.
    async loadExistingGrant(ctx) {
      const { clientId } = ctx.oidc.client;
      const { accountId } = ctx.oidc.session;
      const grant = new ctx.oidc.provider.Grant({ clientId, accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
    pkce: { required: () => true },
  });
  server.on('request', provider.callback());
  console.log(`ready ${issuer}`);
});
