using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>A row whose values a pipeline fetches when it needs them. Columns without a getter are there by name only, so that steps for training, such as one over the label, find what they expect.</summary>
internal sealed class InputRow(DataViewSchema schema) : DataViewRow
{
    private readonly Delegate?[] _getters = new Delegate?[schema.Count];
    private long _position = -1;

    public override DataViewSchema Schema => schema;

    public override long Batch => 0;

    public override long Position => _position;

    public void SetGetter(DataViewSchema.Column column, Delegate getter) => _getters[column.Index] = getter;

    /// <summary>Says that all values have changed: the steps of a pipeline keep what they computed until then.</summary>
    public void Advance() => _position++;

    public override bool IsColumnActive(DataViewSchema.Column column) => _getters[column.Index] is not null;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _getters[column.Index] as ValueGetter<TValue>
        ?? throw new InvalidOperationException($"A step of the pipeline reads the column '{column.Name}' as {typeof(TValue).Name}, which it did not say before.");

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);
}
