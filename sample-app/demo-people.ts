/** Someone who is on WhatsApp. */
export interface Person {
  readonly name: string;
  /** With its country code. */
  readonly phone: string;
  readonly language: keyof typeof TEXTS;
}

const FIRST = {
  es: ['Lucía', 'Mateo', 'Valentina', 'Santiago', 'Camila', 'Joaquín', 'Martina', 'Diego', 'Sofía', 'Emiliano'],
  pt: ['João', 'Beatriz', 'Rafael', 'Larissa', 'Thiago', 'Mariana', 'Gustavo', 'Camila', 'Felipe', 'Júlia'],
  en: ['Emma', 'Noah', 'Olivia', 'Liam', 'Grace', 'Ethan', 'Chloe', 'Jack', 'Aisha', 'Owen'],
  fr: ['Camille', 'Hugo', 'Manon', 'Lucas', 'Inès', 'Théo', 'Zoé', 'Louis', 'Léa', 'Nathan'],
};

const LAST = {
  es: ['García', 'Fernández', 'Ruiz', 'Herrera', 'Molina', 'Castro', 'Ortega', 'Núñez'],
  pt: ['Silva', 'Souza', 'Oliveira', 'Lima', 'Costa', 'Almeida', 'Ribeiro', 'Araújo'],
  en: ['Walker', 'Bennett', 'Okafor', 'Hughes', 'Patel', 'Brooks', 'Kim', 'Murphy'],
  fr: ['Moreau', 'Lefèvre', 'Dubois', 'Girard', 'Rousseau', 'Fontaine', 'Mercier', 'Diallo'],
};

/** The beginnings of numbers, by the language of those who have them. */
const NUMBERS = [
  ['es', '+54911', 8],
  ['pt', '+55119', 8],
  ['es', '+52155', 8],
  ['en', '+1212', 7],
  ['pt', '+55219', 8],
  ['fr', '+336', 8],
  ['es', '+346', 8],
  ['en', '+4474', 8],
] as const;

/** What people write who want something. */
export const TEXTS = {
  es: [
    '¿Ya salió mi pedido?',
    'Hola, ¿tienen talle M en azul?',
    'Gracias, llegó todo bien',
    '¿Hasta qué hora abren el sábado?',
    'Quiero cambiar la dirección de entrega',
    '¿Puedo pagar en cuotas?',
  ],
  pt: [
    'Oi, meu pedido já saiu?',
    'Vocês têm esse modelo em preto?',
    'Obrigado, chegou certinho',
    'Qual é o prazo de entrega para o Rio?',
    'Posso trocar na loja?',
    'Quero remarcar para quinta-feira',
  ],
  en: [
    'Is my order on its way?',
    'Do you have this one in green?',
    'Thanks, that was quick',
    'Can I pick it up on Saturday?',
    'The invoice has the wrong name on it',
    'Could I move my appointment to Friday?',
  ],
  fr: [
    'Bonjour, où en est ma commande ?',
    'Est-ce disponible en taille 40 ?',
    'Parfait, merci beaucoup',
    'Je voudrais changer l’heure du rendez-vous',
    'Vous livrez à Lyon ?',
    'Le colis est arrivé abîmé',
  ],
} as const;

const pick = (names: readonly string[], at: number): string => names[at % names.length] ?? '';

/** The same person for the same number, as many as are asked for. */
export function person(index: number): Person {
  const [language, prefix, digits] = NUMBERS[index % NUMBERS.length] ?? NUMBERS[0];
  const name = `${pick(FIRST[language], index * 7)} ${pick(LAST[language], Math.floor(index / 3) + index)}`;
  const number = String(20_000_000 + index * 7_919).slice(-digits);
  return { name, phone: prefix + number, language };
}

/** Numbers from 0 to below 1, the same ones each time. */
export function repeatable(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
