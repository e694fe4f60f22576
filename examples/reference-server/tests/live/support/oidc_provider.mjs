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

const page = `<!DOCTYPE html><title>Provider</title><form method="post">
<input name="login" autofocus><input name="password" type="password"><button type="submit">Sign in</button></form>`;

const question = (form) => `<!DOCTYPE html><title>Provider</title>${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button>`;

// The package's own pages load fonts from the network.
async function interact(provider, request, response) {
  await provider.interactionDetails(request, response);
  if (request.method !== 'POST') {
    response.setHeader('content-type', 'text/html');
    response.end(page);
    return;
  }
  let body = '';
  for await (const piece of request) body += piece;
  const accountId = new URLSearchParams(body).get('login');
  await provider.interactionFinished(request, response, { login: { accountId } });
}

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
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { logoutSource: (ctx, form) => { ctx.body = question(form); } },
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
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
  const others = provider.callback();
  server.on('request', (request, response) => {
    if (request.url.startsWith('/interaction/')) interact(provider, request, response);
    else others(request, response);
  });
  console.log(`ready ${issuer}`);
});
