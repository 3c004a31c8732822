import type { Wording } from './en.ts';

export const fr: Wording = {
  locale: 'fr-FR',

  critical: 'Incident critique',
  high: 'Incident de priorité haute',
  medium: 'Incident de priorité moyenne',
  low: 'Incident de priorité basse',
  acknowledgedIncident: 'Incident pris en charge',
  resolvedIncident: 'Incident résolu',

  test: 'Ceci est un test. Rien n’est en panne.',
  escalated: 'Escalade de niveau {level}.',
  late: 'En retard : cette alerte était prévue le {time}.',

  priorityCritical: 'Critique',
  priorityHigh: 'Haute',
  priorityMedium: 'Moyenne',
  priorityLow: 'Basse',
  service: 'Service',
  priority: 'Priorité',
  incident: 'Incident',
  team: 'Équipe',
  alerts: 'Alertes',
  triggered: 'Début',

  acknowledge: 'Prendre en charge',
  resolve: 'Résoudre',
  details: 'Ouvrir l’incident',
  acknowledgeAll: 'Tout prendre en charge',
  resolveAll: 'Tout résoudre',

  acknowledgedBy: 'Pris en charge par {name}',
  resolvedBy: 'Résolu par {name}',
  somebody: 'quelqu’un',
  justNow: 'à l’instant',
  teamPaged: '{name} est en train d’être prévenu(e).',

  bundleOne: '{count} incident',
  bundleMany: '{count} incidents',
  digestOne: '{count} incident retenu jusqu’ici',
  digestMany: '{count} incidents retenus jusqu’ici',
  more: '+{count} autres',

  emailWhy:
    'La prise en charge arrête cette alerte et indique aux autres personnes prévenues que vous vous en occupez.',
  emailWhyAll:
    'La prise en charge arrête ces alertes et indique aux autres personnes prévenues que vous vous en occupez.',
  emailFooter: 'Lifeline vous envoie ceci car vous êtes d’astreinte. Alerte {page}.',

  smsIncident: 'Incident #{id}',
  smsReply: 'Répondez {command}',
  smsLink: 'Ack: {link}',

  callIncident: '{kind} sur {service}. {title}.',
  callTest: 'Ceci est un test.',
  callMenu: 'Tapez 1 pour prendre en charge, 2 pour les détails, 9 pour escalader.',
  callMenuAfterDetails: 'Tapez 1 pour prendre en charge, 9 pour escalader.',
  callMore: '{title}, et la suite',
  callDetails: 'Incident {id}.',
  callTeam: 'Équipe {team}.',
  callAlerts: 'Alertes : {count}.',
  callTriggered: 'Début : {age}.',
  callConfirmed: 'Merci. Vous avez pris en charge {service}. {title}. Lifeline n’appelle plus. Au revoir.',
  callAcknowledged: 'Lifeline. {name} a pris en charge {service} {age}. Il n’y a rien à faire. Au revoir.',
  callResolved: 'Lifeline. {name} a résolu {service} {age}. Il n’y a rien à faire. Au revoir.',
  callEscalated: 'La personne suivante est prévenue maintenant. L’incident reste ouvert. Au revoir.',
  callGoodbye: 'Sans réponse, l’incident reste ouvert. Au revoir.',
  callUnknownKey:
    'Cette touche n’a pas de fonction. Tapez 1 pour prendre en charge, 2 pour les détails, 9 pour escalader.',
  callVoicemail: 'L’incident est toujours ouvert. Prenez-le en charge depuis vos messages.',
  callOneWay: 'Cet appel n’accepte pas de réponse. Pour prendre en charge, utilisez {where}.',
  callReplyCode: 'Le code de réponse est {code}.',
  callBundle: '{headline}. {list}.',
  callBundleMore: 'et {count} autres',
  callBundleMenu: 'Tapez 1 pour tout prendre en charge, 2 pour les détails, 9 pour escalader.',
  callCode: 'Lifeline. Votre code est {code}. Je répète : {code}. Au revoir.',

  callInUnknown: 'Ici Lifeline. Personne ne répond aux appels à ce numéro. Au revoir.',
  callInNothing: 'Lifeline. Rien n’est ouvert sur ce téléphone. Au revoir.',
  callInOpen: 'Lifeline. Ouvert sur ce téléphone : {list}. Tapez 1 pour prendre en charge.',
  callInOpenAll:
    'Lifeline. {count} incidents sont ouverts sur ce téléphone : {list}. Tapez 1 pour tout prendre en charge.',
  callInDone: 'Merci. Vous prenez en charge {list}. Lifeline n’appelle plus. Au revoir.',

  placeSms: 'le SMS',
  placeEmail: 'l’e-mail',
  placeSlack: 'Slack',
  placeTeams: 'Teams',
  placePush: 'la notification',

  symbolPercent: 'pour cent',
  symbolAnd: 'et',
  symbolLess: 'inférieur à',
  symbolMore: 'supérieur à',
  symbolPlus: 'plus',
  symbolEquals: 'égale',
  symbolAt: 'arobase',
  symbolSlash: 'barre oblique',
  symbolNumber: 'numéro',
};
