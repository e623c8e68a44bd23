using MlOps.Models;

namespace MlOps.Validation;

/// <summary>The violations found in tensors, and the copies in which values were replaced.</summary>
internal sealed class TensorFindings(IReadOnlyDictionary<string, ModelTensor> tensors) : InputFindings
{
    private Dictionary<string, ModelTensor>? _copy;

    /// <summary>Gets the tensors with the replacements so far.</summary>
    public IReadOnlyDictionary<string, ModelTensor> Tensors => _copy ?? tensors;

    /// <summary>Gets the values of the copy of a tensor, and creates the copy if necessary. The tensors of the caller are never changed.</summary>
    public Array ToChangeable(string name)
    {
        _copy ??= new Dictionary<string, ModelTensor>(tensors);
        var tensor = _copy[name];
        if (ReferenceEquals(tensor, tensors[name]))
        {
            _copy[name] = tensor = new ModelTensor((Array)tensor.Values.Clone(), tensor.Shape) { Labels = tensor.Labels };
        }

        return tensor.Values;
    }

    public ValidatedInput<IReadOnlyDictionary<string, ModelTensor>> ToResult() => new(Tensors, Violations, IsRejected);
}
