namespace MlOps.Serving;

/// <summary>Where the options of a served model come from.</summary>
internal enum ModelOrigin
{
    /// <summary>A call of <c>AddModel</c> and the settings.</summary>
    Settings,

    /// <summary>A call of <see cref="IServedModels.AddAsync(string, Action{ServedModelOptions}, CancellationToken)"/>, which reads no settings.</summary>
    AddAsync,

    /// <summary>A call of <see cref="IModel.At"/>, which names the version.</summary>
    At,
}
