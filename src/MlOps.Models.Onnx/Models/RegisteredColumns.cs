namespace MlOps.Models;

/// <summary>The names of the columns of tensors, from a registered signature that has an input for each column.</summary>
internal sealed class RegisteredColumns
{
    private readonly Dictionary<string, string[]> _names = [];
    private readonly string _reason = "";

    public RegisteredColumns(LoadedOnnxModel model)
    {
        if (model.Source.Signature?.Inputs is not { } registered || registered.Any(input => model.Inputs.Any(tensor => tensor.Name == input.Name)))
        {
            return;
        }

        if (model.Inputs.Any(static tensor => tensor.Width is null))
        {
            _reason = ", and a registered signature that cannot name the columns, because their number is variable in the model";
            return;
        }

        var columns = model.Inputs.Sum(static tensor => tensor.Width!.Value);
        if (columns != registered.Count || registered.Any(static input => !IsOneValue(input)))
        {
            _reason = $", and a registered signature with {registered.Count(IsOneValue)} single-value inputs instead of {columns}";
            return;
        }

        var taken = 0;
        foreach (var tensor in model.Inputs)
        {
            var width = (int)tensor.Width!.Value;
            _names[tensor.Name] = [.. registered.Skip(taken).Take(width).Select(static input => input.Name)];
            taken += width;
        }
    }

    /// <summary>Gets the names of the columns of a tensor, or <see langword="null"/> if they have no names.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="reason">The reason for the lack of names, if there is a registered signature; otherwise, an empty string.</param>
    public string[]? Find(OnnxTensor tensor, out string reason)
    {
        reason = _reason;
        return _names.GetValueOrDefault(tensor.Name);
    }

    private static bool IsOneValue(ModelFeature input) => input.Shape.Skip(1).All(static length => length == 1) && input.Shape is [] or [null or 1, ..];
}
