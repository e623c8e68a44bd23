using System.Diagnostics.CodeAnalysis;

namespace MlOps.Datasets;

/// <summary>Creates row sources from collections, and selects and renames columns of row sources.</summary>
/// <example>
/// <code>
/// var flowers = RowSource.From(rows).Without("Species");
/// </code>
/// </example>
public static class RowSource
{
    /// <summary>Creates a source from a collection.</summary>
    /// <remarks>
    /// <see cref="Providers.RowWriter{T}"/> describes the columns. The columns of an array are those of the first row whose array is not
    /// <see langword="null"/>. <see cref="IRowSource.Warnings"/> names the properties that are not read and, after the rows were read, counts arrays of another
    /// length.
    /// </remarks>
    /// <typeparam name="T">The type of the rows.</typeparam>
    /// <param name="rows">The rows. They are enumerated each time that the source is read, and once for the first row.</param>
    /// <returns>The source.</returns>
    public static IRowSource From<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(IEnumerable<T> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new ObjectRowSource<T>(rows);
    }

    /// <summary>Selects columns.</summary>
    /// <param name="source">The source.</param>
    /// <param name="columns">The names of the columns. A name <c>scores</c> also selects <c>scores[0]</c>, <c>scores[1]</c> and so on.</param>
    /// <returns>A source with these columns, in their order in <paramref name="source"/>.</returns>
    /// <exception cref="ArgumentException">The source does not have one of the columns. The message names the nearest one.</exception>
    public static IRowSource Select(this IRowSource source, params IEnumerable<string> columns)
    {
        ArgumentNullException.ThrowIfNull(source);
        var selected = RowSelection.Find(source, columns);
        return new RowSelection(source, selected, [.. selected.Select(index => source.Columns[index])]);
    }

    /// <summary>Removes columns, such as the label.</summary>
    /// <param name="source">The source.</param>
    /// <param name="columns">The names of the columns. A name <c>scores</c> also removes <c>scores[0]</c>, <c>scores[1]</c> and so on.</param>
    /// <returns>A source with the other columns.</returns>
    /// <exception cref="ArgumentException">The source does not have one of the columns. The message names the nearest one.</exception>
    public static IRowSource Without(this IRowSource source, params IEnumerable<string> columns)
    {
        ArgumentNullException.ThrowIfNull(source);
        int[] selected = [.. Enumerable.Range(0, source.Columns.Count).Except(RowSelection.Find(source, columns))];
        return new RowSelection(source, selected, [.. selected.Select(index => source.Columns[index])]);
    }

    /// <summary>Renames a column, for example to the name of an output of the model.</summary>
    /// <param name="source">The source.</param>
    /// <param name="column">The name of the column.</param>
    /// <param name="name">The new name.</param>
    /// <returns>A source with the new name.</returns>
    /// <exception cref="ArgumentException">The source does not have the column, or already has a column with the new name.</exception>
    public static IRowSource Rename(this IRowSource source, string column, string name)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (source.Columns.Any(other => other.Name == name))
        {
            throw new ArgumentException($"The rows already have a column '{name}'. Choose another name.", nameof(name));
        }

        var renamed = RowSelection.Find(source, [column]);
        return new RowSelection(
            source,
            [.. Enumerable.Range(0, source.Columns.Count)],
            [.. source.Columns.Select((old, index) => renamed.Contains(index) ? new RowColumn(name + old.Name[column.Length..], old.IsText) : old)]);
    }
}
