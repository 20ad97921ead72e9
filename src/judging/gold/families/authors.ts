import { rowsOf, tableFamily } from './table.ts';

export const authors = tableFamily({
  name: 'authors',
  difficulty: 2,
  asks: ['Who wrote {s}?', 'Who is the author of {s}?', 'Which writer wrote {s}?'],
  says: ['{a} wrote {s}.', 'The author of {s} is {a}.', '{s} was written by {a}.'],
  others: `Virginia Woolf|Woolf / Dante Alighieri|Dante / Stephen King / Geoffrey Chaucer|Chaucer / Voltaire / Plato / Aristotle /
    Edgar Allan Poe|Poe / Agatha Christie|Christie / Thomas Hardy|Hardy / Franz Kafka|Kafka / James Joyce|Joyce`,
  rows: rowsOf(`
    Romeo and Juliet: William Shakespeare|Shakespeare
    Hamlet: William Shakespeare|Shakespeare
    Macbeth: William Shakespeare|Shakespeare
    Oliver Twist: Charles Dickens|Dickens
    A Christmas Carol: Charles Dickens|Dickens
    Pride and Prejudice: Jane Austen|Austen
    Emma: Jane Austen|Austen
    Jane Eyre: Charlotte Brontë|Bronte / Jane Austen / George Eliot / Mary Shelley
    Wuthering Heights: Emily Brontë / Charlotte Brontë|Bronte / Jane Austen / Mary Shelley
    Frankenstein: Mary Shelley|Shelley
    Dracula: Bram Stoker|Stoker
    Treasure Island: Robert Louis Stevenson|Stevenson
    The Jungle Book: Rudyard Kipling|Kipling
    The Time Machine: H. G. Wells|Wells
    Alice in Wonderland: Lewis Carroll|Carroll
    The Picture of Dorian Gray: Oscar Wilde|Wilde
    Peter Pan: J. M. Barrie|Barrie
    Robinson Crusoe: Daniel Defoe|Defoe
    Gulliver's Travels: Jonathan Swift|Swift
    Middlemarch: George Eliot|Eliot

    Harry Potter: J. K. Rowling|Rowling|Joanne Rowling
    The Hobbit: J. R. R. Tolkien|Tolkien
    The Lord of the Rings: J. R. R. Tolkien|Tolkien
    Animal Farm: George Orwell|Orwell
    1984: George Orwell|Orwell
    Brave New World: Aldous Huxley|Huxley
    Lord of the Flies: William Golding|Golding
    Matilda: Roald Dahl|Dahl
    The Lion, the Witch and the Wardrobe: C. S. Lewis

    Tom Sawyer: Mark Twain|Twain
    Moby-Dick: Herman Melville|Melville
    The Great Gatsby: F. Scott Fitzgerald|Fitzgerald|Scott Fitzgerald
    The Old Man and the Sea: Ernest Hemingway|Hemingway
    To Kill a Mockingbird: Harper Lee
    The Catcher in the Rye: J. D. Salinger|Salinger
    Of Mice and Men: John Steinbeck|Steinbeck
    Little Women: Louisa May Alcott|Alcott

    War and Peace: Leo Tolstoy|Tolstoy
    Anna Karenina: Leo Tolstoy|Tolstoy
    Crime and Punishment: Fyodor Dostoevsky|Dostoevsky|Dostoyevsky
    Don Quixote: Miguel de Cervantes|Cervantes
    Les Misérables: Victor Hugo|Hugo
    The Three Musketeers: Alexandre Dumas|Dumas
    The Odyssey: Homer
    Faust: Johann Wolfgang von Goethe|Goethe
    The Little Prince: Antoine de Saint-Exupéry|Saint-Exupery
  `),
});
