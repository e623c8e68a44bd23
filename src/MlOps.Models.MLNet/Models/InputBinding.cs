namespace MlOps.Models;

/// <summary>Where the values of an input come from: one member, or one for each value of a vector.</summary>
internal sealed record InputBinding(ModelColumn Column, IReadOnlyList<RowMember> Members);
