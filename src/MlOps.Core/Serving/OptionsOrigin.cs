namespace MlOps.Serving;

/// <summary>The origin of the options of a served model.</summary>
internal enum OptionsOrigin
{
    /// <summary>The settings and a call to <c>AddModel</c>.</summary>
    Settings,

    /// <summary>A call to <see cref="IServedModels.AddAsync(string, Action{ServedModelOptions}, CancellationToken)"/>, which reads no settings.</summary>
    AddAsync,

    /// <summary>A call to <see cref="IModel.At"/>, which names the version.</summary>
    At,
}
