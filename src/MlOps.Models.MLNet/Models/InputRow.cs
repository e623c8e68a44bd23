using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>An input row whose values the pipeline reads on demand.</summary>
/// <remarks>Columns without a getter exist only by name, because training steps, such as a mapping of the label, require them.</remarks>
internal sealed class InputRow(DataViewSchema schema) : DataViewRow
{
    private readonly Delegate?[] _getters = new Delegate?[schema.Count];
    private long _position = -1;

    public override DataViewSchema Schema => schema;

    public override long Batch => 0;

    public override long Position => _position;

    public void SetGetter(DataViewSchema.Column column, Delegate getter) => _getters[column.Index] = getter;

    /// <summary>Moves to the next position, because the steps of a pipeline cache their results until the position changes.</summary>
    public void Advance() => _position++;

    public override bool IsColumnActive(DataViewSchema.Column column) => _getters[column.Index] is not null;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _getters[column.Index] as ValueGetter<TValue>
        ?? throw new InvalidOperationException(
            $"A step of the pipeline reads the column '{column.Name}' as {typeof(TValue).Name}, but it did not declare this dependency. Correct the step.");

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);
}
